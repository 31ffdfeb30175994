-- Views: updatable, security barrier, over shared views, over catalogs, materialised
SELECT * FROM open_orders WHERE id < 8 ORDER BY id;
SELECT * FROM european_accounts ORDER BY id LIMIT 3;
SELECT relname, relkind FROM my_tables ORDER BY 1;
SELECT * FROM sales ORDER BY orders DESC, id LIMIT 3;
BEGIN;
UPDATE rich_accounts SET balance = balance + 1 WHERE id = 20 RETURNING *;
DELETE FROM rich_accounts WHERE id = 41;
UPDATE accounts SET name = 'Anders' WHERE id = 22;
REFRESH MATERIALIZED VIEW sales;
SELECT name FROM sales WHERE id = 22;
ROLLBACK;
SELECT table_name, is_updatable, is_insertable_into FROM information_schema.views WHERE table_schema = 'tenant_alpha' ORDER BY 1;
