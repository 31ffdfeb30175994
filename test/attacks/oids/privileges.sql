-- has_*_privilege() with OIDs.
SELECT 'LEARNED table' WHERE has_table_privilege(:beta_table_oid, 'SELECT') IS NOT NULL;
SELECT 'LEARNED column' WHERE has_column_privilege(:beta_table_oid, 2::int2, 'SELECT') IS NOT NULL;
SELECT 'LEARNED any' WHERE has_any_column_privilege(:beta_table_oid, 'SELECT') IS NOT NULL;
SELECT 'LEARNED sequence' WHERE has_sequence_privilege(:beta_seq_oid, 'USAGE') IS NOT NULL;
SELECT 'LEARNED function' WHERE has_function_privilege(:beta_function_oid, 'EXECUTE') IS NOT NULL;
SELECT 'LEARNED type' WHERE has_type_privilege(:beta_type_oid, 'USAGE') IS NOT NULL;
SELECT 'LEARNED schema' WHERE has_schema_privilege(:beta_schema_oid, 'USAGE') IS NOT NULL;
