-- TRUNCATE and ALTER in a transaction that stays open.
BEGIN;
TRUNCATE tenant_beta.canary_child;
SAVEPOINT s;
ALTER TABLE tenant_beta.accounts ADD planted int;
-- @session victim
SELECT count(*) FROM accounts;
SELECT count(*) FROM canary_child;
