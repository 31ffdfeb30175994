-- Sizes of one's own relations
SELECT pg_size_pretty(pg_total_relation_size('accounts')), pg_relation_size('accounts'::regclass), pg_table_size('accounts'), pg_indexes_size('accounts');
SELECT relname, pg_relation_size(oid), pg_total_relation_size(oid) FROM pg_class WHERE relnamespace = 'tenant_alpha'::regnamespace AND relkind IN ('r', 'm') ORDER BY 1;
SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('events') WHERE isleaf;
SELECT pg_column_size(home), pg_column_size(a.*) FROM accounts a WHERE id = 1;
SELECT pg_size_pretty(pg_database_size(current_database())) IS NOT NULL;
SELECT relpages, reltuples FROM pg_class WHERE oid = 'accounts'::regclass;
