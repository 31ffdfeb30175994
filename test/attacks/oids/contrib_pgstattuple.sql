-- Contrib functions that open a relation by regclass.
SELECT 'LEARNED ' || tuple_count FROM pgstattuple(:beta_table_oid::regclass);
SELECT 'LEARNED ' || approx_tuple_count FROM pgstattuple_approx(:beta_table_oid::regclass);
SELECT 'LEARNED ' || pg_relpages(:beta_table_oid::regclass);
