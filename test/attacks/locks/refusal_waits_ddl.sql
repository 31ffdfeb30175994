-- The same by DDL.
-- @leak 55P03|57014
-- @session victim
BEGIN;
SELECT count(*) FROM accounts;
-- @session attacker
DROP TABLE tenant_beta.accounts;
TRUNCATE tenant_beta.accounts CASCADE;
ALTER TABLE tenant_beta.accounts ADD planted int;
