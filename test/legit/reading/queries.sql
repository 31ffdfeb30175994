-- Window functions, LATERAL, grouping sets, recursion, set operations, TABLESAMPLE, DISTINCT ON
SELECT id, balance, rank() OVER w, sum(balance) OVER (ORDER BY id ROWS 2 PRECEDING), lag(name) OVER w FROM accounts WHERE id <= 5 WINDOW w AS (ORDER BY balance DESC) ORDER BY id;
SELECT a.id, o.* FROM accounts a, LATERAL (SELECT id AS latest, placed FROM orders WHERE account_id = a.id ORDER BY placed DESC LIMIT 1) o WHERE a.id < 4 ORDER BY 1;
SELECT country, status, count(*) FROM accounts a JOIN orders o ON a.id = o.account_id GROUP BY GROUPING SETS ((country), (status), ()) ORDER BY 1, 2;
WITH RECURSIVE t (id, path) AS (SELECT id, ARRAY[id] FROM employees WHERE boss IS NULL UNION ALL SELECT e.id, path || e.id FROM t JOIN employees e ON e.boss = t.id) SELECT * FROM t ORDER BY path;
SELECT * FROM chain ORDER BY id;
SELECT country FROM accounts UNION SELECT code FROM public.countries EXCEPT SELECT 'KE' ORDER BY 1;
SELECT count(*) FROM accounts TABLESAMPLE SYSTEM (100);
SELECT count(*) <= 50 FROM accounts TABLESAMPLE BERNOULLI (50) REPEATABLE (1);
SELECT DISTINCT ON (account_id) account_id, id FROM orders WHERE account_id < 4 ORDER BY account_id, id DESC;
SELECT status, percentile_cont(0.5) WITHIN GROUP (ORDER BY number) > 0, total(number) FILTER (WHERE id < 10), string_agg(id::text, ',' ORDER BY id) FILTER (WHERE id < 20) FROM orders GROUP BY 1 ORDER BY 1;
SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS g (v, n), unnest(ARRAY['a', 'b']) AS u;
SELECT * FROM ROWS FROM (orders_of(2), generate_series(1, 2)) AS r;
VALUES (1, 'one'), (2, 'two');
TABLE ancestors;
SELECT * FROM ONLY ancestors;
