-- Built-in functions that are wrappers over catalogs.
SELECT * FROM aclexplode((SELECT relacl FROM pg_class WHERE oid = :beta_table_oid));
SELECT 'LEARNED ' || pg_get_serial_sequence('tenant_beta.accounts', 'id');
SELECT ts_token_type.alias FROM ts_token_type('default') LIMIT 0;
SELECT 'LEARNED' WHERE has_any_column_privilege('tenant_beta.accounts', 'SELECT') IS NOT NULL;
