-- Partitions: made, attached, detached, filled, moved between
CREATE TABLE ddl_p (id int, k text, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
CREATE TABLE ddl_p_a PARTITION OF ddl_p FOR VALUES IN ('a') PARTITION BY HASH (id);
CREATE TABLE ddl_p_a0 PARTITION OF ddl_p_a FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE ddl_p_a1 PARTITION OF ddl_p_a FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE ddl_p_b (LIKE ddl_p INCLUDING ALL);
ALTER TABLE ddl_p ATTACH PARTITION ddl_p_b FOR VALUES IN ('b');
CREATE TABLE ddl_p_rest PARTITION OF ddl_p DEFAULT;
INSERT INTO ddl_p SELECT n, (ARRAY['a', 'b', 'c'])[1 + n % 3] FROM generate_series(1, 12) n;
SELECT tableoid::regclass, count(*) FROM ddl_p GROUP BY tableoid ORDER BY tableoid::regclass::text;
UPDATE ddl_p SET k = 'b' WHERE id = 2 RETURNING tableoid::regclass, *;
CREATE INDEX ON ddl_p (id);
ALTER TABLE ddl_p DETACH PARTITION ddl_p_b;
SELECT count(*) FROM ddl_p;
\d+ ddl_p
SELECT relid, parentrelid, isleaf, level FROM pg_partition_tree('ddl_p') ORDER BY relid::text;
EXPLAIN (COSTS OFF) SELECT * FROM ddl_p WHERE k = 'a' AND id = 3;
TRUNCATE ddl_p;
DROP TABLE ddl_p, ddl_p_b;
