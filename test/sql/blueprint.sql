-- What a new tenant starts with: migrations, a baseline; and how far SQL that runs for him reaches.
CREATE ROLE bp_ops LOGIN IN ROLE tenancy_admin;
CREATE TABLE public.bp_secret AS SELECT 'secret' AS v;
CREATE TABLE public.bp_plans (id int PRIMARY KEY);
GRANT SELECT, REFERENCES ON public.bp_plans TO tenancy_tenant;
INSERT INTO public.bp_plans VALUES (1);
SELECT slug FROM tenancy.provision('bp-other');
CREATE TABLE tenant_bp_other.t AS SELECT 'other' AS v;
\c - bp_ops
\set VERBOSITY terse
\set SHOW_CONTEXT never

-- All migrations, as the tenant: names, owner, seed data, deferred constraints of it.
SELECT tenancy.register_migration('1', $$
    CREATE TABLE accounts (id int PRIMARY KEY, owner text DEFAULT tenancy.current_tenant(),
                           tenant_id uuid DEFAULT tenancy.current_tenant_id(),
                           plan int REFERENCES public.bp_plans,
                           parent int REFERENCES accounts DEFERRABLE INITIALLY DEFERRED);
    CREATE FUNCTION double(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
    CREATE VIEW names AS SELECT owner FROM accounts;
$$);
SELECT tenancy.register_migration('2', $$INSERT INTO accounts (id, plan, parent) VALUES (1, 1, 2); INSERT INTO accounts (id, plan, parent) VALUES (2, 1, 1)$$);
SELECT tenancy.register_migration('2b', $$ALTER TABLE accounts ADD note text DEFAULT current_user || ', ' || current_setting('search_path')$$);
SELECT tenancy.register_migration('3', 'CREATE INDEX CONCURRENTLY accounts_owner ON accounts (owner);
    DROP INDEX CONCURRENTLY accounts_owner; CREATE INDEX CONCURRENTLY accounts_plan ON accounts (plan)', transactional => false);
SELECT slug FROM tenancy.provision('bp-one');
SELECT slug FROM tenancy.provision('bp-two');
SELECT current_user, current_setting('search_path') AS path, tenancy.current_tenant() AS tenant;
\c - postgres
\set VERBOSITY terse
\set SHOW_CONTEXT never
SELECT a.id, a.owner, a.tenant_id = t.id AS own, a.note FROM tenant_bp_one.accounts a JOIN tenancy.tenants t ON t.slug = 'bp-one' ORDER BY 1;
SELECT a.owner, a.tenant_id = t.id AS own FROM tenant_bp_two.accounts a JOIN tenancy.tenants t ON t.slug = 'bp-two' WHERE a.id = 1;
SELECT relname, relowner::regrole, relkind FROM pg_class WHERE relnamespace = 'tenant_bp_one'::regnamespace ORDER BY 1;
SELECT proowner::regrole, proacl FROM pg_proc WHERE pronamespace = 'tenant_bp_one'::regnamespace;
SELECT t.slug, v.ordinal = m.ordinal AS newest FROM tenancy.schema_versions v JOIN tenancy.tenants t ON t.id = v.tenant_id,
       (SELECT max(ordinal) AS ordinal FROM tenancy.migrations) m WHERE t.slug LIKE 'bp-%' ORDER BY 1;

-- A baseline stands for all migrations up to its version.
\c - bp_ops
\set VERBOSITY terse
SELECT tenancy.set_baseline('nosuch', 'SELECT 1');
SELECT tenancy.set_baseline('2b', 'CREATE TABLE x (');
SELECT tenancy.set_baseline('2b', 'CREATE TABLE x (); COMMIT; CREATE TABLE y ()');
SELECT tenancy.set_baseline('2b', 'CREATE TABLE x (); VACUUM x');
SELECT tenancy.set_baseline('2b', NULL);
SELECT tenancy.set_baseline('2b', 'BEGIN; CREATE TABLE accounts (id int, owner text, plan int, squashed bool); COMMIT;');
SELECT version, sql FROM tenancy.baselines;
SELECT slug FROM tenancy.provision('bp-three');
SELECT tenancy.unregister_migration('2b');
SELECT tenancy.register_migration('4', 'VACUUM accounts', transactional => false);
\set VERBOSITY default
SELECT slug FROM tenancy.provision('bp-four');
SELECT count(*) FROM tenancy.tenants WHERE slug = 'bp-four';
SELECT tenancy.set_baseline('4', 'CREATE TABLE accounts (four int)');
SELECT slug FROM tenancy.provision('bp-four');
SELECT count(*) FROM tenancy.baselines;
\c - postgres
\d tenant_bp_three.accounts
\d tenant_bp_four.accounts

-- Errors name the text and the statement, and leave nothing.
SET SESSION AUTHORIZATION bp_ops;
SELECT tenancy.set_baseline('4', 'CREATE TABLE a (); CREATE TABLE b (i int CHECK (nosuch > 1)); SELECT 1');
SELECT tenancy.provision('bp-five');
SELECT tenancy.set_baseline('4', 'CREATE TABLE a (i int PRIMARY KEY, p int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO a VALUES (1, 7)');
SELECT tenancy.provision('bp-five');
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_bp_five';
SELECT count(*) FROM pg_roles WHERE rolname = 'tenant_bp_five';

-- What the text may not do, whoever provisions: reach others, take rights, leave the schema or the transaction.
\set VERBOSITY terse
CREATE FUNCTION public.bp_try(baseline text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tenancy.set_baseline('4', baseline);
    PERFORM tenancy.provision('bp-try');
    RAISE EXCEPTION 'it was allowed' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
GRANT EXECUTE ON FUNCTION public.bp_try TO bp_ops;
CREATE TABLE public.bp_tries (n int GENERATED ALWAYS AS IDENTITY, sql text);
GRANT SELECT ON public.bp_tries TO bp_ops;
INSERT INTO public.bp_tries (sql) VALUES
    ('CREATE TABLE harmless ()'),
    ('SELECT * FROM tenant_bp_other.t'),
    ('CREATE TABLE loot AS SELECT * FROM tenant_bp_other.t'),
    ('CREATE TABLE tenant_bp_other.x ()'),
    ('CREATE VIEW v AS SELECT * FROM tenant_bp_other.t'),
    ('SET search_path = tenant_bp_other; SELECT * FROM t'),
    ('SET tenancy.tenant = ''bp-other'''),
    ('SELECT tenancy.bind(''bp-other'')'),
    ('SELECT set_config(''tenancy.tenant'', ''bp-other'', true)'),
    ('RESET tenancy.tenant'),
    ('RESET ALL'),
    ('DISCARD ALL'),
    ('SET ROLE postgres'),
    ('SET ROLE NONE'),
    ('RESET ROLE'),
    ('SET SESSION AUTHORIZATION postgres'),
    ('SELECT set_config(''role'', ''none'', true)'),
    ('DO $d$ BEGIN COMMIT; END $d$'),
    ('DO $d$ BEGIN EXECUTE ''ROLLBACK''; END $d$'),
    ('SAVEPOINT s'),
    ('DO $d$ BEGIN EXECUTE ''SET LOCAL ROLE postgres''; END $d$'),
    ('SELECT v FROM public.bp_secret'),
    ('CREATE TABLE tenancy.bp_new ()'),
    ('CREATE FUNCTION pg_catalog.bp_new() RETURNS int LANGUAGE sql AS ''SELECT 1'''),
    ('ALTER TABLE public.bp_plans ADD x int'),
    ('CREATE TRIGGER t BEFORE INSERT ON public.bp_plans FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()'),
    ('CREATE SCHEMA elsewhere'),
    ('CREATE TEMP TABLE t ()'),
    ('CREATE TEMP VIEW t AS SELECT 1'),
    ('CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS ''SELECT 1'''),
    ('SELECT 1 INTO TEMP t'),
    ('CREATE ROLE bp_new'),
    ('ALTER ROLE bp_ops SUPERUSER'),
    ('GRANT tenancy_admin TO tenant_bp_try'),
    ('CREATE EXTENSION IF NOT EXISTS nosuch'),
    ('COPY (SELECT 1) TO PROGRAM ''true'''),
    ('COPY pg_authid TO ''/tmp/bp_stolen'''),
    ('SELECT rolpassword FROM pg_authid'),
    ('SELECT lo_export(1, ''/tmp/bp_stolen'')'),
    ('ALTER SYSTEM SET work_mem = ''1MB'''),
    ('LISTEN tenancy_events'),
    ('DECLARE c CURSOR WITH HOLD FOR SELECT 1'),
    ('PREPARE p AS SELECT 1'),
    ('SELECT tenancy.provision(''bp-inner'')'),
    ('SELECT tenancy.drop(''bp-other'')'),
    ('SELECT tenancy.suspend(''bp-other'')'),
    ('SELECT slug FROM tenancy.tenants WHERE slug <> ''bp-try'' AND 1 / (length(slug) - length(slug)) = 1'),
    ('UPDATE tenancy.tenants SET status = ''active'''),
    ('SELECT ''tenant_bp_other.t''::regclass'),
    ('ALTER TABLE tenant_bp_other.t OWNER TO tenant_bp_try'),
    ('DROP SCHEMA tenant_bp_other CASCADE'),
    ('DROP SCHEMA tenant_bp_try CASCADE'),
    ('DROP OWNED BY tenant_bp_other'),
    ('ALTER SCHEMA tenant_bp_try RENAME TO tenant_bp_more'),
    ('ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC'),
    ('CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION nosuch()'),
    ('CREATE FUNCTION f() RETURNS int LANGUAGE c AS ''tenancy'', ''tenancy_unbind'''),
    ('CREATE FUNCTION f() RETURNS int LANGUAGE sql LEAKPROOF AS ''SELECT 1'''),
    ('CREATE FUNCTION f() RETURNS int LANGUAGE sql SET tenancy.tenant = ''bp-other'' AS ''SELECT 1''; SELECT f()'),
    ('CREATE FUNCTION f() RETURNS int LANGUAGE sql SET role = ''postgres'' AS ''SELECT 1''; SELECT f()');
SELECT n, sql, public.bp_try(sql) FROM public.bp_tries ORDER BY n;
SET SESSION AUTHORIZATION bp_ops;
SELECT n, sql, public.bp_try(sql) FROM public.bp_tries ORDER BY n;
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM tenancy.tenants WHERE slug IN ('bp-try', 'bp-inner');

-- Afterwards the session is as it was, also after an error that was caught.
BEGIN;
SELECT tenancy.set_baseline('4', 'SET search_path = nowhere; SET work_mem = ''1MB''; SELECT set_config(''bp.x'', ''y'', false)');
SELECT slug FROM tenancy.provision('bp-six');
SELECT slug FROM tenancy.provision('bp-seven');
SELECT current_user, current_setting('search_path') AS path, current_setting('bp.x', true) AS x, tenancy.current_tenant() AS tenant,
       current_setting('work_mem') <> '1MB' AS work_mem;
SELECT public.bp_try('SELECT 1/0');
SELECT current_user, tenancy.current_tenant() AS tenant;
CREATE TABLE tenant_bp_six.by_superuser ();
SELECT v FROM tenant_bp_other.t;
ROLLBACK;
SELECT count(*) FROM tenancy.tenants WHERE slug IN ('bp-six', 'bp-seven');

-- Many in one call.
SELECT tenancy.set_baseline('4', 'CREATE TABLE accounts (n int DEFAULT 1 / (tenancy.current_tenant() <> ''bp-bad'')::int); INSERT INTO accounts DEFAULT VALUES');
\set VERBOSITY default
CALL tenancy.provision_many(ARRAY['bp-eight', 'bp-one', 'bp-bad', 'Not A Slug', 'bp-nine'], plan_tier => 'pro');
\set VERBOSITY terse
SELECT slug, plan_tier FROM tenancy.tenants WHERE slug IN ('bp-eight', 'bp-one', 'bp-bad', 'bp-nine') ORDER BY 1;
CALL tenancy.provision_many(ARRAY['bp-eight', 'bp-nine', 'bp-ten']);
CALL tenancy.provision_many(NULL);
BEGIN;
CALL tenancy.provision_many(ARRAY['bp-eleven']);
ROLLBACK;
SELECT tenancy.set_baseline(NULL, NULL);
SELECT count(*) FROM tenancy.baselines;

-- What a baseline stands for does not change under it.
SELECT tenancy.register_migration('last', 'CREATE TABLE last (i int)') > 0 AS registered;
SELECT tenancy.set_baseline('last', 'CREATE TABLE last (i int)');
SELECT tenancy.register_migration('last', 'CREATE TABLE last (i bigint)', replace => true);
SELECT tenancy.unregister_migration('last');
SELECT tenancy.register_migration('last', 'CREATE TABLE last (i int)', 'DROP TABLE last', replace => true) > 0 AS same_up;
SELECT tenancy.set_baseline(NULL, NULL);
SELECT tenancy.register_migration('last', 'CREATE TABLE last (i bigint)', replace => true) > 0 AS replaced;
SELECT tenancy.unregister_migration('last');

-- Only for operators, and not while bound.
CREATE ROLE bp_shop LOGIN IN ROLE tenancy_app;
SET SESSION AUTHORIZATION bp_shop;
SELECT tenancy.set_baseline('4', 'SELECT 1');
SELECT tenancy.clone('bp-one', 'bp-x');
CALL tenancy.provision_many(ARRAY['bp-x']);
RESET SESSION AUTHORIZATION;
SET tenancy.tenant = 'bp-one';
SELECT tenancy.set_baseline('4', 'SELECT 1');
SELECT tenancy.clone('bp-one', 'bp-x');
CALL tenancy.provision_many(ARRAY['bp-x']);
RESET tenancy.tenant;

\c - postgres
SELECT count(tenancy.drop(slug)) FROM tenancy.tenants WHERE slug LIKE 'bp-%' AND status = 'active';
DELETE FROM tenancy.schema_versions;
SELECT tenancy.unregister_migration(version) FROM tenancy.migrations ORDER BY ordinal DESC;
SELECT count(*) FROM tenancy.migrations;
DROP TABLE public.bp_secret, public.bp_plans, public.bp_tries;
DROP FUNCTION public.bp_try;
DROP ROLE bp_ops, bp_shop;
