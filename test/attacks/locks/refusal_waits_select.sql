-- A refusal that waits for a lock tells that there is one, and that the table exists.
-- @leak 55P03|57014
-- @session victim
BEGIN;
LOCK TABLE accounts;
-- @session attacker
SELECT * FROM tenant_beta.accounts;
