-- Comments by OID.
SELECT obj_description(:beta_table_oid, 'pg_class'), col_description(:beta_table_oid, 2);
SELECT obj_description(:beta_function_oid, 'pg_proc');
SELECT obj_description(:beta_schema_oid);
SELECT shobj_description(:beta_role_oid, 'pg_authid');
