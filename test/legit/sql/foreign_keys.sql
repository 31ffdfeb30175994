-- Foreign keys: cascades, restrictions, deferral, a key to a shared table
-- expects error
BEGIN;
DELETE FROM accounts WHERE id = 2;
SELECT count(*) FROM orders WHERE account_id = 2;
SAVEPOINT s;
DELETE FROM products WHERE sku = 'P0000003';
ROLLBACK TO s;
INSERT INTO orders (account_id) VALUES (12345);
ROLLBACK TO s;
UPDATE accounts SET country = 'XX' WHERE id = 3;
ROLLBACK TO s;
UPDATE accounts SET country = 'NL' WHERE id = 3 RETURNING country;
SET CONSTRAINTS employees_boss_fkey DEFERRED;
INSERT INTO employees VALUES (60, 'early', 61), (61, 'late', 1);
SET CONSTRAINTS ALL IMMEDIATE;
TRUNCATE orders CASCADE;
SELECT count(*) FROM shipments;
ROLLBACK;
