-- Statistics of the catalogs, which autovacuum would make, were it on.
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'pg_catalog'::regnamespace
\gexec
