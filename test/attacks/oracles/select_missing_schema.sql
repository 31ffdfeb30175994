-- A table in a schema that exists against one that does not.
-- @oracle target=tenant_beta.accounts|tenant_zeta.accounts
SELECT * FROM :target;
