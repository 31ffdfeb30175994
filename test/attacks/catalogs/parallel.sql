-- A parallel scan of a catalog.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET force_parallel_mode = on;
SELECT count(*) FILTER (WHERE nspname <> 'tenant_alpha'), max(nspname) FROM pg_namespace;
