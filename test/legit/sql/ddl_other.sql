-- Statistics, collations, text search, comments, grants, foreign keys not valid
CREATE STATISTICS ddl_st (ndistinct) ON account_id, status FROM orders;
ALTER STATISTICS ddl_st SET STATISTICS 50;
\dX ddl*
DROP STATISTICS ddl_st;
CREATE COLLATION ddl_co FROM "C";
SELECT name FROM employees ORDER BY name COLLATE ddl_co LIMIT 2;
DROP COLLATION ddl_co;
CREATE TEXT SEARCH CONFIGURATION ddl_ts (COPY = words);
ALTER TEXT SEARCH CONFIGURATION ddl_ts ALTER MAPPING FOR asciiword WITH plain_words;
SELECT to_tsvector('ddl_ts', 'Running shoes'), to_tsvector('words', 'Running shoes');
DROP TEXT SEARCH CONFIGURATION ddl_ts;
GRANT SELECT ON employees TO reporting;
GRANT UPDATE (name) ON employees TO reporting;
\dp employees
REVOKE ALL ON employees FROM reporting;
REVOKE UPDATE (name) ON employees FROM reporting;
COMMENT ON TABLE employees IS 'people';
COMMENT ON COLUMN employees.boss IS 'may be missing';
SELECT obj_description('employees'::regclass), col_description('employees'::regclass, 3);
COMMENT ON TABLE employees IS NULL;
COMMENT ON COLUMN employees.boss IS NULL;
ALTER TABLE shipments ADD CONSTRAINT late FOREIGN KEY (order_id) REFERENCES orders NOT VALID;
ALTER TABLE shipments VALIDATE CONSTRAINT late;
ALTER TABLE shipments DROP CONSTRAINT late;
BEGIN;
LOCK TABLE employees IN SHARE MODE NOWAIT;
COMMIT;
