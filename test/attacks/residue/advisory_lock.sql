-- Advisory locks of the session.
-- @login pool
-- @session attacker as beta
SELECT pg_advisory_lock(987654), pg_advisory_lock_shared(3, 4);
-- @as alpha
SELECT 'LEARNED ' || objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
SELECT 'LEARNED' WHERE pg_advisory_unlock(987654);
