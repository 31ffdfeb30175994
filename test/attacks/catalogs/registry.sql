-- The extension's own tables and functions. Without the library there is none: the list of schemas stands for it.
SELECT slug, admin_email, plan_tier FROM tenancy.tenants;
SELECT * FROM tenancy.list();
SELECT * FROM tenancy.events;
SELECT 'LEARNED ' || count(*) FROM tenancy.stat_tenants;
SELECT 'LEARNED ' || tenancy.schema_size('tenant_' || 'beta');
SELECT oid FROM pg_namespace WHERE nspname LIKE 'tenant_' || 'beta' AND to_regclass('tenancy.tenants') IS NULL;
-- @leak ^\d+$
