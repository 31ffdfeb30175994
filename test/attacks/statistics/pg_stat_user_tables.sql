-- Activity of tables, with names and row counts.
SELECT schemaname, relname, n_live_tup FROM pg_stat_all_tables WHERE schemaname NOT LIKE 'pg%';
SELECT relname FROM pg_stat_user_indexes;
SELECT funcname FROM pg_stat_user_functions;
