-- has_schema_privilege() with the tenant role, which has the schema's name.
SELECT 'LEARNED' WHERE has_schema_privilege('tenant_' || 'beta', :beta_schema_oid, 'CREATE') IS NOT NULL;
SELECT 'LEARNED' WHERE pg_has_role('tenant_' || 'beta', 'MEMBER') IS NOT NULL;
