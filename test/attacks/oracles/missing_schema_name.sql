-- Schemas by name.
-- @oracle target=tenant_beta|tenant_zeta
SELECT to_regnamespace(':target') IS NULL;
SELECT ':target'::regnamespace::oid > 0;
SELECT has_schema_privilege(':target', 'USAGE') IS NULL;
