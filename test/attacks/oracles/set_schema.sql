-- Objects moved into a schema.
-- @oracle target=tenant_beta|tenant_zeta
ALTER TABLE accounts SET SCHEMA :target;
ALTER FUNCTION get_owner(int) SET SCHEMA :target;
