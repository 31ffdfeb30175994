-- Functions that take OIDs.
-- @oracle oid=:beta_table_oid|:missing_oid
SELECT pg_relation_size(:oid) IS NULL;
SELECT has_table_privilege(:oid, 'SELECT') IS NULL;
SELECT pg_table_is_visible(:oid) IS NULL;
SELECT obj_description(:oid, 'pg_class') IS NULL;
SELECT pg_filenode_relation(0, :oid) IS NULL;
SELECT pg_describe_object('pg_class'::regclass, :oid, 0) IS NULL;
