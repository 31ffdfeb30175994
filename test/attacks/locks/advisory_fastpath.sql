-- By the fast-path protocol.
-- @wire
--: fastpath 2880 5
-- @session victim
SELECT 'PWNED' WHERE NOT pg_try_advisory_lock(5);
