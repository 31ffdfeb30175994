-- An advisory lock with a key that another tenant uses.
SELECT pg_advisory_lock(1);
-- @session victim
SELECT 'PWNED' WHERE NOT pg_try_advisory_lock(1);
