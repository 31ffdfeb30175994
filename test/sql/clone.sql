-- Clones: arguments, errors, and what the code of a template can do when an operator clones it.
CREATE ROLE cl_ops LOGIN IN ROLE tenancy_admin;
CREATE ROLE cl_other;
SELECT slug FROM tenancy.provision('cl-victim');
CREATE TABLE tenant_cl_victim.t AS SELECT 'secret' AS v;
\set VERBOSITY terse
\set SHOW_CONTEXT never

-- Arguments.
SELECT tenancy.clone('cl-nosuch', 'cl-x');
SELECT tenancy.clone('cl-victim', 'cl-victim');
SELECT tenancy.clone('CL', 'cl-x');
SELECT tenancy.clone('cl-victim', 'X y');
SELECT tenancy.clone(NULL, 'cl-x');
SELECT tenancy.clone('cl-victim', NULL);
SELECT tenancy.clone('cl-victim', 'cl-x', tables => ARRAY['nosuch']);
SELECT tenancy.clone('cl-victim', 'cl-x', tables => ARRAY[NULL]::text[]);
SELECT tenancy.provision('cl-x', template => 'cl-nosuch');
SELECT tenancy.provision('cl-x', template => 'No Slug');
SELECT slug FROM tenancy.provision('cl-gone');
SELECT slug FROM tenancy.drop('cl-gone');
SELECT tenancy.clone('cl-gone', 'cl-x');
SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_cl_x';
SELECT count(*) FROM pg_roles WHERE rolname = 'tenant_cl_x';

-- A suspended tenant is as good a template as any; the clone is active.
SELECT tenancy.suspend('cl-victim');
SET SESSION AUTHORIZATION cl_ops;
SELECT slug, schema_name, status, plan_tier FROM tenancy.clone('cl-victim', 'cl-x', true);
SELECT slug, plan_tier, admin_email FROM tenancy.provision('cl-y', 'a@b', 'pro', template => 'cl-victim');
RESET SESSION AUTHORIZATION;
SELECT * FROM tenant_cl_x.t;
SELECT count(*) FROM tenant_cl_y.t;
SELECT slug, event, detail, actor FROM tenancy.events WHERE slug IN ('cl-x', 'cl-y') ORDER BY id;
SELECT tenancy.activate('cl-victim');

-- The session's settings have no say in what is copied, the second time neither.
SELECT slug FROM tenancy.provision('cl-digits');
CREATE TYPE tenant_cl_digits.point AS (x float8, at timestamptz, names text[]);
CREATE TABLE tenant_cl_digits.points (p tenant_cl_digits.point);
INSERT INTO tenant_cl_digits.points VALUES (row(0.1::float8 + 0.2, '2021-10-31 01:30:00+01', '{NULL,"NULL"}'));
SET extra_float_digits = -10;
SET DateStyle = 'SQL, DMY';
SET TimeZone = 'Europe/London';
SET array_nulls = off;
SELECT slug FROM tenancy.clone('cl-digits', 'cl-digits-1', true);
SELECT slug FROM tenancy.clone('cl-digits', 'cl-digits-2', true);
RESET extra_float_digits;
RESET DateStyle;
RESET TimeZone;
RESET array_nulls;
SELECT d.p::text = o.p::text AS first, e.p::text = o.p::text AS second
FROM tenant_cl_digits.points o, tenant_cl_digits_1.points d, tenant_cl_digits_2.points e;

-- Values that a constraint of their domain came too late for.
CREATE DOMAIN tenant_cl_digits.positive AS int;
CREATE TABLE tenant_cl_digits.numbers (n tenant_cl_digits.positive);
INSERT INTO tenant_cl_digits.numbers VALUES (-1);
ALTER DOMAIN tenant_cl_digits.positive ADD CONSTRAINT above CHECK (VALUE > 0) NOT VALID;
COMMENT ON CONSTRAINT above ON DOMAIN tenant_cl_digits.positive IS 'late';
SELECT slug FROM tenancy.clone('cl-digits', 'cl-digits-0', true);
SELECT * FROM tenant_cl_digits_0.numbers;
INSERT INTO tenant_cl_digits_0.numbers VALUES (-1);

-- Values that name objects name the clone's, and those that mean nobody's stay.
CREATE TABLE tenant_cl_digits.named (t regclass, f regtype[], r regrole, n regclass);
INSERT INTO tenant_cl_digits.named VALUES ('tenant_cl_digits.points', '{tenant_cl_digits.point,int}', 'tenant_cl_digits', 'pg_class'), (0, NULL, NULL, 4000000000);
SELECT slug FROM tenancy.clone('cl-digits', 'cl-digits-5', true);
SELECT * FROM tenant_cl_digits_5.named;

-- A child whose own columns have no default while the parent's have; and one that comes with a new order of columns.
CREATE TABLE tenant_cl_digits.parent (a int DEFAULT 1);
CREATE TABLE tenant_cl_digits.child (b int, a int, c int);
ALTER TABLE tenant_cl_digits.child INHERIT tenant_cl_digits.parent;
ALTER TABLE tenant_cl_digits.parent ADD late int;
CREATE TABLE tenant_cl_digits.rows (r tenant_cl_digits.child[]);
SELECT slug FROM tenancy.clone('cl-digits', 'cl-digits-3');
INSERT INTO tenant_cl_digits_3.child (b) VALUES (1) RETURNING a, b, c;
SELECT slug FROM tenancy.clone('cl-digits', 'cl-digits-4', true);

-- Rows of some tables, with what a partitioned one has; what they refer to has to come along.
SELECT slug FROM tenancy.provision('cl-shop');
SET ROLE tenant_cl_shop;
SET search_path = tenant_cl_shop;
CREATE TABLE plans (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, plan int REFERENCES plans, next int REFERENCES orders DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE log (at date, what text) PARTITION BY RANGE (at);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE parent (a int);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE "Odd ""table" ("a b" int GENERATED ALWAYS AS IDENTITY, "c""d" int GENERATED ALWAYS AS (1) STORED);
CREATE TABLE no_columns ();
INSERT INTO plans VALUES (1), (2);
INSERT INTO orders VALUES (1, 1, 2), (2, 2, 1), (3, NULL, NULL);
INSERT INTO log VALUES ('2025-02-02', 'a'), ('2026-02-02', 'b');
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (2);
INSERT INTO "Odd ""table" DEFAULT VALUES;
INSERT INTO no_columns DEFAULT VALUES;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY few ON orders USING (id = 1);
RESET search_path;
RESET ROLE;
SET SESSION AUTHORIZATION cl_ops;
SELECT slug FROM tenancy.clone('cl-shop', 'cl-log', tables => ARRAY['log', 'parent']);
SELECT slug FROM tenancy.clone('cl-shop', 'cl-nothing', tables => '{}');
SELECT slug FROM tenancy.clone('cl-shop', 'cl-orders', tables => ARRAY['orders']);
SELECT slug FROM tenancy.clone('cl-shop', 'cl-orders', tables => ARRAY['orders', 'plans']);
SELECT slug FROM tenancy.clone('cl-shop', 'cl-all', true);
RESET SESSION AUTHORIZATION;
SELECT (SELECT count(*) FROM tenant_cl_log.log_1) AS log_1, (SELECT count(*) FROM tenant_cl_log.log_2) AS log_2,
       (SELECT count(*) FROM ONLY tenant_cl_log.parent) AS parent, (SELECT count(*) FROM tenant_cl_log.child) AS child,
       (SELECT count(*) FROM tenant_cl_log.orders) AS orders, (SELECT count(*) FROM tenant_cl_nothing.log) AS nothing;
SELECT * FROM tenant_cl_orders.orders ORDER BY id;
SELECT * FROM tenant_cl_all."Odd ""table";
SELECT count(*) FROM tenant_cl_all.no_columns;
INSERT INTO tenant_cl_all."Odd ""table" DEFAULT VALUES RETURNING "a b";

-- Names that cannot be told from the schema's; dynamic ones, which cannot be seen.
SELECT slug FROM tenancy.provision('cl-named');
CREATE FUNCTION public.cl_try(definition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
    EXECUTE definition;
    PERFORM tenancy.clone('cl-named', 'cl-renamed', true);
    RAISE EXCEPTION 'it was cloned' USING DETAIL = coalesce((SELECT string_agg(prosrc, ' ') FROM pg_proc
        WHERE pronamespace = 'tenant_cl_renamed'::regnamespace), 'no function');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ': ' || SQLERRM || '. ' || detail;
END $$;
SELECT public.cl_try('CREATE TABLE tenant_cl_named.tenant_cl_named (a int)');
SELECT public.cl_try('CREATE TABLE tenant_cl_named.t (tenant_cl_named int)');
SELECT public.cl_try('CREATE TABLE tenant_cl_named.t (a int CONSTRAINT tenant_cl_named CHECK (a > 0))');
SELECT public.cl_try('CREATE TABLE tenant_cl_named.t (a int CONSTRAINT "of tenant_cl_named" CHECK (a > 0))');
SELECT public.cl_try('CREATE FUNCTION tenant_cl_named.tenant_cl_named() RETURNS int LANGUAGE sql AS ''SELECT 1''');
SELECT public.cl_try('CREATE TYPE tenant_cl_named.e AS ENUM (''tenant_cl_named'')');
SELECT public.cl_try($_$CREATE FUNCTION tenant_cl_named.f() RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE E'SELECT \x74enant_cl_named.f()'; END$$ $_$);
SELECT public.cl_try($_$CREATE FUNCTION tenant_cl_named.f() RETURNS void LANGUAGE sql AS $$SELECT U&"tenant\005fcl_named".f()$$ $_$);
SELECT public.cl_try($_$CREATE FUNCTION tenant_cl_named.f() RETURNS void LANGUAGE plpgsql AS
    $$BEGIN EXECUTE 'SELECT TENANT_CL_NAMED.f()'; PERFORM "tenant_cl_named".f(); /* tenant_cl_named */ END$$ $_$);
SELECT public.cl_try($_$CREATE FUNCTION tenant_cl_named.f() RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE 'SELECT tenant_' || 'cl_named.f()'; END$$ $_$);
SELECT public.cl_try($_$CREATE FUNCTION tenant_cl_named.f() RETURNS void LANGUAGE plpgsql AS $$BEGIN PERFORM v FROM tenant_cl_victim.t; END$$ $_$);
SELECT public.cl_try('CREATE VIEW tenant_cl_named.v AS SELECT v FROM tenant_cl_victim.t');
SELECT public.cl_try('CREATE TABLE tenant_cl_named.c PARTITION OF tenant_cl_shop.log FOR VALUES FROM (''2030-01-01'') TO (''2031-01-01'')');
SELECT public.cl_try('CREATE FUNCTION tenant_cl_named.f() RETURNS int LANGUAGE c AS ''tenancy'', ''tenancy_schema_size''');
SELECT public.cl_try('CREATE FUNCTION tenant_cl_named.f() RETURNS int LANGUAGE sql LEAKPROOF AS ''SELECT 1''');
SELECT count(*) FROM tenancy.tenants WHERE slug = 'cl-renamed';

-- What only a superuser may make is made by the extension, and is the tenant's; default privileges are.
CREATE FUNCTION tenant_cl_named.in_c(text) RETURNS bigint LANGUAGE c AS '$libdir/tenancy', 'tenancy_schema_size';
CREATE FUNCTION tenant_cl_named.tight(int) RETURNS boolean LANGUAGE sql LEAKPROOF IMMUTABLE AS 'SELECT $1 > 0';
GRANT EXECUTE ON FUNCTION tenant_cl_named.tight(int) TO cl_other;
ALTER DEFAULT PRIVILEGES FOR ROLE tenant_cl_named IN SCHEMA tenant_cl_named GRANT SELECT ON TABLES TO cl_other;
SET SESSION AUTHORIZATION cl_ops;
SELECT slug FROM tenancy.clone('cl-named', 'cl-renamed');
RESET SESSION AUTHORIZATION;
SELECT proname, proowner::regrole, proacl, proleakproof FROM pg_proc WHERE pronamespace = 'tenant_cl_renamed'::regnamespace ORDER BY 1;
SELECT defaclrole::regrole, defaclacl FROM pg_default_acl WHERE defaclnamespace = 'tenant_cl_renamed'::regnamespace;

-- An attacker's template.  Whatever of it runs while it is cloned tells, in the clone, who it was and what it got.
SELECT slug FROM tenancy.provision('cl-evil');
CREATE ROLE cl_evil LOGIN;
GRANT tenant_cl_evil TO cl_evil;
\c - cl_evil
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET tenancy.tenant = 'cl-evil';
CREATE TABLE loot (at text, by name, got text);
CREATE TABLE prey AS SELECT 'prey' AS v;
CREATE FUNCTION probe(at text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    got text := '';
    attempt text;
BEGIN
    FOREACH attempt IN ARRAY ARRAY[
        'SELECT v FROM tenant_cl_victim.t', 'SELECT v FROM tenant_cl_evil.prey', 'INSERT INTO tenant_cl_evil.loot VALUES (''cloned'')',
        'ALTER ROLE cl_evil SUPERUSER', 'GRANT tenancy_admin TO cl_evil', 'SET ROLE postgres', 'RESET ROLE', 'SET SESSION AUTHORIZATION postgres',
        'SET tenancy.tenant = ''cl-victim''', 'SELECT tenancy.bind(''cl-victim'')', 'SELECT rolpassword FROM pg_authid', 'CREATE TABLE public.cl_trap ()',
        'CREATE TEMP TABLE pg_class ()', 'CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE sql AS ''SELECT 1''',
        'COPY (SELECT 1) TO PROGRAM ''true''', 'SELECT tenancy.drop(''cl-victim'')', 'LISTEN cl', 'PREPARE cl AS SELECT 1',
        'DECLARE cl CURSOR WITH HOLD FOR SELECT 1', 'SET session_replication_role = replica', 'CREATE EVENT TRIGGER cl ON ddl_command_end EXECUTE FUNCTION spy_trigger()',
        'SELECT slug FROM tenancy.provision(''cl-inner'')', 'SELECT 1 / (count(*) > 1)::int FROM tenancy.tenants',
        'SELECT 1 / count(*) FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ''tenant_cl_victim'')']
    LOOP
        BEGIN
            EXECUTE attempt;
            got := got || attempt || '; ';
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    INSERT INTO tenant_cl_evil.loot VALUES (at, current_user, got);
    RETURN at;
END $$;
CREATE FUNCTION spy(at text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN tenant_cl_evil.probe(at); END$$;
CREATE FUNCTION spy_trigger() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM tenant_cl_evil.spy(TG_NAME); RETURN NEW; END$$;
CREATE FUNCTION spy_check(text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM tenant_cl_evil.spy('check ' || $1); RETURN true; END$$;
CREATE TYPE bait_type AS (a text);
CREATE FUNCTION spy_owner() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN RETURN tenant_cl_evil.spy('security definer'); END$$;
CREATE DOMAIN bait_domain AS text CHECK (spy_check(VALUE));
CREATE TABLE bait (v text CHECK (spy_check(v)), d bait_domain, e text DEFAULT spy('default'), b bait_type, g text GENERATED ALWAYS AS (spy(v)) STORED);
CREATE INDEX bait_index ON bait (spy('index'));
CREATE INDEX bait_partial ON bait (v) WHERE spy('predicate') <> '';
CREATE STATISTICS bait_statistics ON (spy('statistics')), v FROM bait;
INSERT INTO bait VALUES ('row', 'domain', 'e', row('a'));
SELECT DISTINCT at FROM loot WHERE at <> 'cloned' ORDER BY 1;
CREATE TRIGGER bait_trigger BEFORE INSERT ON bait FOR EACH ROW EXECUTE FUNCTION spy_trigger();
CREATE CONSTRAINT TRIGGER bait_deferred AFTER INSERT ON bait DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION spy_trigger();
CREATE RULE bait_rule AS ON INSERT TO bait DO ALSO SELECT spy('rule');
CREATE MATERIALIZED VIEW bait_view AS SELECT spy('view') AS v, spy_owner() AS w FROM bait;
ALTER TABLE bait ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY bait_policy ON bait USING (spy_check('policy'));
\c - postgres
\set VERBOSITY terse
\set SHOW_CONTEXT never
CREATE FUNCTION tenant_cl_evil.to_bait(text) RETURNS tenant_cl_evil.bait_type LANGUAGE plpgsql AS $$BEGIN PERFORM tenant_cl_evil.spy('cast'); RETURN row($1); END$$;
CREATE CAST (text AS tenant_cl_evil.bait_type) WITH FUNCTION tenant_cl_evil.to_bait(text) AS IMPLICIT;
TRUNCATE tenant_cl_evil.loot;
SELECT slug FROM tenancy.clone('cl-evil', 'cl-by-superuser', true);
SELECT slug FROM tenancy.clone('cl-evil', 'cl-by-superuser-2');
SET SESSION AUTHORIZATION cl_ops;
SELECT slug FROM tenancy.clone('cl-evil', 'cl-by-operator', true);
SELECT slug FROM tenancy.provision('cl-by-operator-2', template => 'cl-evil');
RESET SESSION AUTHORIZATION;
SELECT at, by, got FROM tenant_cl_by_superuser.loot GROUP BY 1, 2, 3 ORDER BY 1;
SELECT at, by, got FROM tenant_cl_by_superuser_2.loot GROUP BY 1, 2, 3 ORDER BY 1;
SELECT at, by, got FROM tenant_cl_by_operator.loot GROUP BY 1, 2, 3 ORDER BY 1;
SELECT at, by, got FROM tenant_cl_by_operator_2.loot GROUP BY 1, 2, 3 ORDER BY 1;
SELECT * FROM tenant_cl_evil.loot;
SELECT v, d, e, b, g FROM tenant_cl_by_superuser.bait;
SELECT rolsuper FROM pg_roles WHERE rolname = 'cl_evil';
SELECT count(*) FROM pg_listening_channels();
SELECT count(*) FROM pg_cursors WHERE is_holdable;
SELECT current_user, current_setting('session_replication_role') AS role, current_setting('search_path') AS path;

SELECT count(tenancy.drop(slug)) FROM tenancy.tenants WHERE slug LIKE 'cl-%' AND status = 'active';
DELETE FROM tenancy.schema_versions;
DROP FUNCTION public.cl_try;
DROP ROLE cl_ops, cl_other, cl_evil;
