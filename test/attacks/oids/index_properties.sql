-- Properties of an index and its columns.
SELECT 'LEARNED' WHERE pg_index_has_property(:beta_index_oid, 'index_scan') IS NOT NULL;
SELECT 'LEARNED' WHERE pg_index_column_has_property(:beta_index_oid, 1, 'orderable') IS NOT NULL;
