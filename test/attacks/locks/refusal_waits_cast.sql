-- A name that becomes an OID waits for nothing; a prepared statement that was planned before does.
-- @leak 55P03|57014
-- @session attacker
PREPARE p AS SELECT * FROM tenant_beta.accounts;
-- @session victim
BEGIN;
LOCK TABLE accounts;
-- @session attacker
EXECUTE p;
INSERT INTO tenant_beta.accounts VALUES (999);
