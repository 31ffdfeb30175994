-- Whether another tenant holds a lock.
-- @background
SELECT 'LEARNED' WHERE NOT pg_try_advisory_lock(424242);
SELECT 'LEARNED' WHERE NOT pg_try_advisory_xact_lock_shared(42, 43);
