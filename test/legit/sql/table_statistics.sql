-- pg_stat_user_tables and its like, of one's own
SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'tenant_alpha' ORDER BY 1;
SELECT schemaname, relname FROM pg_stat_user_tables WHERE schemaname <> 'tenant_alpha' ORDER BY 1, 2;
SELECT relname, indexrelname FROM pg_stat_user_indexes ORDER BY schemaname, 1, 2;
SELECT relname FROM pg_statio_user_tables ORDER BY schemaname, 1;
SELECT schemaname, relname FROM pg_statio_user_sequences ORDER BY 1, 2;
SELECT schemaname, relname FROM pg_stat_all_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND relname NOT LIKE 'pg_toast%' ORDER BY 1, 2;
BEGIN;
INSERT INTO employees VALUES (80, 'counted');
SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables WHERE relname = 'employees';
SELECT pg_stat_get_xact_tuples_inserted('employees'::regclass), pg_stat_get_live_tuples('employees'::regclass) >= 0;
ROLLBACK;
SELECT datname = current_database(), numbackends > 0 FROM pg_stat_database WHERE datname = current_database();
SELECT funcname FROM pg_stat_user_functions;
