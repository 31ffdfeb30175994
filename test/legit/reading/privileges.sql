-- has_*_privilege and pg_has_role, by name, by OID, for oneself and others
-- needs server: 15
SELECT has_table_privilege('accounts', 'select'), has_table_privilege('tenant_alpha.accounts', 'insert, update'), has_table_privilege('accounts'::regclass, 'DELETE'), has_table_privilege('reporting', 'accounts', 'SELECT'), has_table_privilege('reporting', 'orders', 'SELECT');
SELECT has_column_privilege('accounts', 'name', 'update'), has_column_privilege('reporting', 'accounts', 'name', 'update'), has_any_column_privilege('reporting', 'accounts', 'update');
SELECT has_sequence_privilege('orders_id_seq', 'usage'), has_function_privilege('full_price(numeric, int)', 'execute'), has_schema_privilege('tenant_alpha', 'create'), has_schema_privilege('public', 'usage'), has_schema_privilege(current_schema, 'usage');
SELECT has_database_privilege(current_database(), 'connect'), has_language_privilege('plpgsql', 'usage'), has_type_privilege('order_status', 'usage'), has_tablespace_privilege('pg_default', 'create'), has_parameter_privilege('work_mem', 'set');
SELECT pg_has_role('tenancy_tenant', 'member'), pg_has_role(current_user, 'tenancy_tenant', 'usage'), pg_has_role('postgres', 'member');
SELECT relname, has_table_privilege(oid, 'SELECT') FROM pg_class WHERE relnamespace = 'tenant_alpha'::regnamespace AND relkind = 'r' ORDER BY 1;
SELECT proname, has_function_privilege(oid, 'EXECUTE') FROM pg_proc WHERE pronamespace = 'tenant_alpha'::regnamespace ORDER BY 1;
SELECT has_table_privilege('countries', 'select'), has_table_privilege('countries', 'insert');
