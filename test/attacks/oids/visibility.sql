-- *_is_visible() gives null for what does not exist.
SELECT 'LEARNED table' WHERE pg_table_is_visible(:beta_table_oid) IS NOT NULL;
SELECT 'LEARNED function' WHERE pg_function_is_visible(:beta_function_oid) IS NOT NULL;
SELECT 'LEARNED type' WHERE pg_type_is_visible(:beta_type_oid) IS NOT NULL;
SELECT 'LEARNED operator' WHERE pg_operator_is_visible(:beta_operator_oid) IS NOT NULL;
SELECT 'LEARNED config' WHERE pg_ts_config_is_visible(:beta_config_oid) IS NOT NULL;
SELECT 'LEARNED collation' WHERE pg_collation_is_visible(:beta_collation_oid) IS NOT NULL;
