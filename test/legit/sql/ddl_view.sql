-- Views and materialised views
CREATE VIEW ddl_v AS SELECT id, name FROM accounts;
CREATE OR REPLACE VIEW ddl_v AS SELECT id, name, balance FROM accounts WHERE balance > 10 WITH CASCADED CHECK OPTION;
ALTER VIEW ddl_v RENAME COLUMN name TO title;
ALTER VIEW ddl_v ALTER COLUMN title SET DEFAULT 'untitled';
ALTER VIEW ddl_v SET (security_barrier = true);
CREATE VIEW ddl_w AS SELECT v.title, c.name FROM ddl_v v, public.countries c WHERE v.id = 2 AND c.code = 'NL';
SELECT * FROM ddl_w;
UPDATE ddl_v SET title = title WHERE id = 3 RETURNING *;
COMMENT ON VIEW ddl_v IS 'a view';
CREATE VIEW ddl_catalog AS SELECT relname, relkind FROM pg_class WHERE relnamespace = 'tenant_alpha'::regnamespace AND relname LIKE 'ddl\_%';
SELECT * FROM ddl_catalog ORDER BY 1;
CREATE MATERIALIZED VIEW ddl_m AS SELECT status, count(*) FROM orders GROUP BY 1 WITH NO DATA;
REFRESH MATERIALIZED VIEW ddl_m;
CREATE UNIQUE INDEX ON ddl_m (status);
REFRESH MATERIALIZED VIEW CONCURRENTLY ddl_m;
SELECT * FROM ddl_m ORDER BY 1;
ALTER MATERIALIZED VIEW ddl_m RENAME TO ddl_n;
\d+ ddl_n
DROP MATERIALIZED VIEW ddl_n;
DROP VIEW ddl_v CASCADE;
DROP VIEW ddl_catalog;
