-- Temporary tables, with ON COMMIT, indexes, foreign keys among them, and names that hide one's own
-- mask: ^ +Table "pg_temp_\d+
CREATE TEMP TABLE basket (id serial PRIMARY KEY, product uuid, amount int DEFAULT 1);
INSERT INTO basket (product) SELECT id FROM products ORDER BY sku LIMIT 3;
CREATE INDEX ON basket (product);
SELECT b.id, p.title FROM basket b JOIN products p ON p.id = b.product ORDER BY 1;
\d basket
CREATE TEMP TABLE accounts AS SELECT 1 AS hides;
SELECT * FROM accounts;
DROP TABLE pg_temp.accounts;
SELECT count(*) FROM accounts;
BEGIN;
CREATE TEMP TABLE brief (i int) ON COMMIT DROP;
CREATE TEMP TABLE emptied (i int) ON COMMIT DELETE ROWS;
INSERT INTO emptied VALUES (1);
COMMIT;
SELECT to_regclass('brief'), count(*) FROM emptied;
CREATE TEMP VIEW bv AS SELECT count(*) FROM basket;
SELECT * FROM bv;
CREATE FUNCTION pg_temp.twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
SELECT pg_temp.twice(4);
SELECT currval('basket_id_seq'), lastval();
TRUNCATE basket RESTART IDENTITY;
ANALYZE basket;
DISCARD TEMP;
SELECT to_regclass('basket');
