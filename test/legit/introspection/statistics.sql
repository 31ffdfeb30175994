-- pg_stats and its like: statistics of one's own columns, but for one of type regclass
SELECT schemaname, tablename, attname, null_frac, n_distinct, most_common_vals, correlation IS NOT NULL AS corr FROM pg_stats WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND attname <> 'al' ORDER BY 1, 2, 3, inherited;
SELECT schemaname, tablename, statistics_name, attnames, kinds, n_distinct, dependencies FROM pg_stats_ext ORDER BY 1, 2, 3;
SELECT schemaname, statistics_name, expr FROM pg_stats_ext_exprs ORDER BY 1, 2;
SELECT stxname, stxnamespace::regnamespace, stxrelid::regclass, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext ORDER BY stxname, stxnamespace::regnamespace::text;
