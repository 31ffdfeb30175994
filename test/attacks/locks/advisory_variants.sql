-- The other forms: two keys, shared, of a transaction.
BEGIN;
SELECT pg_advisory_lock_shared(77), pg_advisory_xact_lock(1, 2), pg_advisory_xact_lock(hashtext('orders'));
-- @session victim
SELECT 'PWNED' WHERE NOT pg_try_advisory_lock(77) OR NOT pg_try_advisory_xact_lock(1, 2) OR NOT pg_try_advisory_lock(hashtext('orders'));
