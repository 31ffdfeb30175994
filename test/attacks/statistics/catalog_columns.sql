-- Statistics of the catalogs themselves: the histogram of pg_namespace.nspname is the list of tenants.
-- @session setup
ANALYZE pg_namespace, pg_class, pg_proc, pg_authid;
-- @session attacker
SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname = 'pg_catalog' AND tablename IN ('pg_namespace', 'pg_class', 'pg_proc') AND attname IN ('nspname', 'relname', 'prosrc', 'proname');
