-- procedures that work on many tenants, each in a transaction of its own
CREATE ROLE bulk_ops LOGIN IN ROLE tenancy_admin;
CREATE ROLE bulk_app LOGIN IN ROLE tenancy_app;
DO $$
BEGIN
    FOR i IN 1..6 LOOP
        PERFORM tenancy.provision('bulk-' || i);
        EXECUTE format('CREATE TABLE tenant_bulk_%s.t (a int PRIMARY KEY)', i);
        EXECUTE format('INSERT INTO tenant_bulk_%s.t SELECT generate_series(1, %s)', i, i);
    END LOOP;
END
$$;
CREATE VIEW public.bulk_report AS SELECT * FROM tenant_bulk_2.t;

-- not for everybody, and not in a bound session
\c - bulk_app
CALL tenancy.drop_many(ARRAY['bulk-1']);
SET tenancy.tenant = 'bulk-1';
CALL tenancy.drop_many(ARRAY['bulk-1']);
\c - bulk_ops
SET tenancy.tenant = 'bulk-1';
CALL tenancy.drop_many(ARRAY['bulk-1']);
RESET tenancy.tenant;

-- not where nothing can be committed
BEGIN;
CALL tenancy.drop_many(ARRAY['bulk-1']);
ROLLBACK;
SELECT 1 \; CALL tenancy.drop_many(ARRAY['bulk-1']);
DO $$
BEGIN
    CALL tenancy.drop_many(ARRAY['bulk-1']);
EXCEPTION WHEN active_sql_transaction THEN
    RAISE NOTICE '%: %', sqlstate, sqlerrm;
END
$$;
CREATE FUNCTION pg_temp.in_function() RETURNS void LANGUAGE plpgsql AS
$$ BEGIN CALL tenancy.drop_many(ARRAY['bulk-1']); END $$;
\set SHOW_CONTEXT never
SELECT pg_temp.in_function();
\set SHOW_CONTEXT errors
CALL tenancy.drop_many(NULL);
CALL tenancy.drop_many(ARRAY['bulk-1', NULL]);
SELECT slug, status FROM tenancy.list() WHERE slug LIKE 'bulk-%' ORDER BY slug;

-- one that fails costs nobody else anything; what is named twice is dropped once
CALL tenancy.drop_many('{}');
CALL tenancy.drop_many(ARRAY['bulk-1', 'Bulk', 'bulk-2', 'nobody', 'bulk-3', 'bulk-1']);
SELECT slug, status FROM tenancy.list() WHERE slug LIKE 'bulk-%' ORDER BY slug;
SELECT slug, objects, rows, erased_by, forced, finished_at IS NOT NULL AS finished
  FROM tenancy.erasures WHERE slug LIKE 'bulk-%' ORDER BY slug;
SELECT slug, event FROM tenancy.events WHERE slug LIKE 'bulk-%' AND event <> 'provisioned' ORDER BY id;
SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant\_bulk%' ORDER BY 1;

-- called again it does the rest
CALL tenancy.drop_many(ARRAY['bulk-1', 'bulk-2', 'nobody', 'bulk-3'], if_exists => true, force => true);
SELECT to_regclass('public.bulk_report');

-- in a procedure, whose own work is committed first
CREATE TEMPORARY TABLE bulk_note (a int);
DO $$
DECLARE
    slugs text[] := ARRAY(SELECT slug FROM tenancy.list() WHERE slug IN ('bulk-4', 'bulk-5') ORDER BY slug);
BEGIN
    INSERT INTO bulk_note VALUES (1);
    CALL tenancy.drop_many(slugs);
    RAISE NOTICE 'then %', (SELECT string_agg(slug, ', ') FROM tenancy.list() WHERE slug LIKE 'bulk-%' AND status = 'active');
    RAISE EXCEPTION 'too late';
END
$$;
SELECT * FROM bulk_note;
DROP TABLE bulk_note;
DROP FUNCTION pg_temp.in_function();
SELECT slug, status FROM tenancy.list() WHERE slug LIKE 'bulk-%' AND status = 'active';

-- a slug that is free again is another tenant
SELECT slug FROM tenancy.provision('bulk-1');
CALL tenancy.drop_many(ARRAY['bulk-1', 'bulk-6']);
SELECT slug, count(*) FROM tenancy.erasures WHERE slug IN ('bulk-1', 'bulk-6') GROUP BY slug ORDER BY slug;
\c - postgres
DROP ROLE bulk_ops, bulk_app;
