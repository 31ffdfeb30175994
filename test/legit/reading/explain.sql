-- EXPLAIN of one's own tables, in all formats
EXPLAIN SELECT * FROM accounts WHERE id = 5;
EXPLAIN (COSTS OFF) SELECT a.name, count(*) FROM accounts a JOIN orders o ON o.account_id = a.id GROUP BY a.name;
EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM open_orders WHERE id < 10;
EXPLAIN (FORMAT json, COSTS OFF) SELECT * FROM events WHERE at < '2024-03-01';
EXPLAIN (FORMAT yaml) SELECT full_price(price, 2) FROM products;
EXPLAIN (COSTS OFF) UPDATE orders SET status = 'paid' WHERE id = 1;
EXPLAIN (COSTS OFF) SELECT * FROM orders_of(3);
EXPLAIN (COSTS OFF) SELECT * FROM rich_accounts WHERE name LIKE 'account%';
EXPLAIN (COSTS OFF, SETTINGS) SELECT * FROM chain;
PREPARE p(int) AS SELECT * FROM orders WHERE id = $1;
EXPLAIN (COSTS OFF) EXECUTE p(1);
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE p(1);
