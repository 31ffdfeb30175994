-- has_*_privilege() with names.
SELECT 'LEARNED table' WHERE has_table_privilege('tenant_beta.accounts', 'SELECT') IS NOT NULL;
SELECT 'LEARNED schema' WHERE has_schema_privilege('tenant_' || 'beta', 'USAGE') IS NOT NULL;
SELECT 'LEARNED function' WHERE has_function_privilege('tenant_beta.canary_function(int)', 'EXECUTE') IS NOT NULL;
SELECT 'LEARNED type' WHERE has_type_privilege('tenant_beta.canary_mood', 'USAGE') IS NOT NULL;
