-- Parallel query: scans, joins, aggregates, own functions marked safe, own catalogs
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT count(*), sum(balance) FROM accounts;
SELECT count(*), sum(balance) FROM accounts;
SELECT a.country, count(*) FROM accounts a JOIN orders o ON o.account_id = a.id GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM accounts WHERE joined(name, 'x') LIKE 'account%';
SELECT count(*) FROM events;
SELECT count(*) FROM products WHERE search @@ to_tsquery('english', 'chair');
SELECT count(*) > 0 FROM pg_class WHERE relnamespace = 'tenant_alpha'::regnamespace;
SELECT count(*) FROM my_tables;
CREATE TABLE parallel_copy AS SELECT * FROM order_items;
CREATE INDEX ON parallel_copy (product_id);
SELECT count(*) FROM parallel_copy;
DROP TABLE parallel_copy;
