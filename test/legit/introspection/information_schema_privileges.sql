-- information_schema: privileges and roles
-- B makes app a member of tenant_alpha, so that it can become it; that grant is left out
SELECT grantor, grantee, table_schema, table_name, privilege_type, is_grantable FROM information_schema.table_privileges WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 3, 4, 1, 2, 5;
SELECT grantor, grantee, table_schema, table_name, column_name, privilege_type FROM information_schema.column_privileges WHERE table_name = 'accounts' ORDER BY 3, 4, 5, 1, 2, 6;
SELECT grantee, table_schema, table_name, privilege_type FROM information_schema.role_table_grants WHERE table_schema LIKE 'tenant%' ORDER BY 2, 3, 1, 4;
SELECT grantor, grantee, routine_schema, routine_name, privilege_type FROM information_schema.routine_privileges WHERE routine_schema LIKE 'tenant%' ORDER BY 3, 4, 1, 2, specific_name;
SELECT grantor, grantee, object_schema, object_name, object_type, privilege_type FROM information_schema.usage_privileges WHERE object_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 3, 4, 1, 2, 5;
SELECT grantor, grantee, udt_schema, udt_name, privilege_type FROM information_schema.udt_privileges WHERE udt_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 3, 4, 1, 2;
SELECT role_name FROM information_schema.enabled_roles ORDER BY 1;
SELECT grantee, role_name, is_grantable FROM information_schema.applicable_roles WHERE (grantee, role_name) <> ('app', 'tenant_alpha') ORDER BY 1, 2;
SELECT grantee, role_name FROM information_schema.administrable_role_authorizations ORDER BY 1, 2;
