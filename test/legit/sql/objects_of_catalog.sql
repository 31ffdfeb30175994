-- Catalogs joined with one's own tables, in views, functions, DO blocks, with row locks and EXPLAIN left out
-- needs server: 15
SELECT e.name, c.relname FROM employees e JOIN pg_class c ON c.relname = 'employees' AND c.relnamespace = 'tenant_alpha'::regnamespace WHERE e.id = 1;
SELECT relname, (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0) FROM pg_class c WHERE relnamespace = 'tenant_alpha'::regnamespace AND relkind = 'r' ORDER BY 1;
CREATE FUNCTION columns_of(t regclass) RETURNS SETOF name LANGUAGE sql STABLE AS 'SELECT attname FROM pg_attribute WHERE attrelid = t AND attnum > 0 ORDER BY attnum';
SELECT * FROM columns_of('orders');
CREATE VIEW fk_view AS SELECT conname, conrelid::regclass AS t, confrelid::regclass AS r FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace;
SELECT * FROM fk_view ORDER BY t::text, conname;
CREATE TABLE catalog_copy AS SELECT relname, relkind FROM pg_class WHERE relnamespace = 'tenant_alpha'::regnamespace;
SELECT count(*) FROM catalog_copy WHERE relkind = 'v';
INSERT INTO catalog_copy SELECT typname, 'y' FROM pg_type WHERE typnamespace = 'tenant_alpha'::regnamespace AND typtype = 'e' RETURNING *;
MERGE INTO catalog_copy c USING (SELECT relname FROM pg_class WHERE relnamespace = 'tenant_alpha'::regnamespace AND relkind = 'm') s ON s.relname = c.relname WHEN MATCHED THEN UPDATE SET relkind = 'M';
SELECT relname FROM catalog_copy WHERE relkind = 'M';
WITH RECURSIVE deps AS (SELECT 'accounts'::regclass::oid AS o UNION SELECT d.objid FROM deps JOIN pg_depend d ON d.refobjid = deps.o AND d.classid = 'pg_class'::regclass) SELECT o::regclass FROM deps WHERE o IN (SELECT oid FROM pg_class) ORDER BY o::regclass::text;
PREPARE cat AS SELECT relname FROM pg_class WHERE relname = $1 ORDER BY relnamespace;
EXECUTE cat('accounts');
COPY (SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant%' ORDER BY 1) TO STDOUT;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT proname FROM pg_proc WHERE proname LIKE 'order%' AND pronamespace <> 'pg_catalog'::regnamespace ORDER BY 1 LOOP RAISE NOTICE '%', r.proname; END LOOP; END $$;
DROP FUNCTION columns_of;
DROP VIEW fk_view;
DROP TABLE catalog_copy;
