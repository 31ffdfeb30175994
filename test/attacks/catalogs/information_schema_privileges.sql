-- information_schema: privileges, roles, usage.
SELECT grantee, table_name FROM information_schema.table_privileges WHERE table_schema LIKE 'tenant%';
SELECT role_name FROM information_schema.applicable_roles;
SELECT udt_name FROM information_schema.attributes;
SELECT table_name, view_name FROM information_schema.view_table_usage;
