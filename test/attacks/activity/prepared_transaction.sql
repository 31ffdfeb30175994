-- A prepared transaction, named by another tenant: seen.
-- @session setup
BEGIN;
UPDATE tenant_beta.accounts SET balance = 5 WHERE id = 7;
PREPARE TRANSACTION 'CANARY_gid';
-- @session attacker
SELECT gid FROM pg_prepared_xacts;
