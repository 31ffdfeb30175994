-- What a tenant could leave for others to run, and how it is kept from it.
CREATE ROLE tr_shop LOGIN IN ROLE tenancy_app;
ALTER ROLE tr_shop SET tenancy.rebind = 'transaction';
GRANT CREATE ON SCHEMA public TO tr_shop;
CREATE SCHEMA tenant_tr_one AUTHORIZATION tr_shop;
CREATE SCHEMA tenant_tr_two AUTHORIZATION tr_shop;
SET ROLE tr_shop;
CREATE TABLE tenant_tr_one.t AS SELECT 'one' AS v;
CREATE TABLE tenant_tr_two.t AS SELECT 'two' AS v;
CREATE TABLE public.tr_shared (v text);
CREATE TABLE public.tr_parted (v text) PARTITION BY LIST (v);
RESET ROLE;
SELECT slug FROM tenancy.adopt('tenant_tr_one', keep_owner => true);
SELECT slug FROM tenancy.adopt('tenant_tr_two', keep_owner => true);
\set VERBOSITY terse
\set SHOW_CONTEXT never

-- Code of a tenant that a superuser runs unknowingly: index expressions, triggers, defaults.
\c - tr_shop
SET tenancy.tenant = 'tr-one';
CREATE TABLE loot (v text);
CREATE FUNCTION spy(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF tenancy.current_tenant() IS NULL THEN
        EXECUTE 'INSERT INTO tenant_tr_one.loot SELECT v FROM tenant_tr_two.t';
    END IF;
    RETURN $1;
END $$;
CREATE FUNCTION home(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN PERFORM v FROM tenant_tr_one.t; RETURN $1; END $$;
CREATE FUNCTION spy_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM tenant_tr_one.spy(1); RETURN NEW; END';
CREATE TABLE bait (a int, b int);
INSERT INTO bait SELECT g, g FROM generate_series(1, 10) g;
CREATE INDEX bait_spy ON bait (spy(a));
CREATE INDEX bait_home ON bait (home(a));
CREATE TABLE lure (a int DEFAULT spy(1));
CREATE TRIGGER lure_t BEFORE INSERT ON lure FOR EACH ROW EXECUTE FUNCTION spy_trigger();
CREATE VIEW view_spy AS SELECT spy(1) AS a;
\c - postgres
\set VERBOSITY terse
\set SHOW_CONTEXT never
ANALYZE tenant_tr_one.bait;
REINDEX INDEX tenant_tr_one.bait_spy;
REINDEX INDEX tenant_tr_one.bait_home;
INSERT INTO tenant_tr_one.lure VALUES (1);
INSERT INTO tenant_tr_one.lure DEFAULT VALUES;
SELECT * FROM tenant_tr_one.view_spy;
SELECT tenant_tr_one.spy(1);
-- confined while the function runs, and free again afterwards, also after an error
SELECT v FROM tenant_tr_two.t;
SELECT tenant_tr_one.home(1), (SELECT v FROM tenant_tr_two.t);
SELECT * FROM tenant_tr_one.loot;
DROP INDEX tenant_tr_one.bait_spy;

-- A session that has served a tenant leaves nothing in shared schemas, bound or not.
\c - tr_shop
\set VERBOSITY terse
SET tenancy.tenant = 'tr-one';
SET tenancy.tenant = '';
CREATE FUNCTION public.tr_trap() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE public.tr_trap (v text);
CREATE TRIGGER trap BEFORE INSERT ON public.tr_shared FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE RULE trap AS ON INSERT TO public.tr_shared DO ALSO SELECT 1;
ALTER TABLE public.tr_shared ADD COLUMN x int;
ALTER TABLE public.tr_shared ENABLE ROW LEVEL SECURITY;
GRANT ALL ON public.tr_shared TO PUBLIC;
CREATE SCHEMA tr_schema;
ALTER ROLE tr_shop SET search_path = public;
CREATE TEMP TABLE scratch (a int);
\c - tr_shop
\set VERBOSITY terse
ALTER ROLE tr_shop SET tenancy.tenant = 'tr-one';
ALTER ROLE tr_shop PASSWORD 'x';
VACUUM;
ANALYZE;
CREATE FUNCTION public.tr_migration() RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION public.tr_migration();

-- No child of a shared table in a tenant schema: it would shut all others out.
SET tenancy.tenant = 'tr-one';
CREATE TABLE squat () INHERITS (public.tr_shared);
CREATE TABLE squat PARTITION OF public.tr_parted DEFAULT;
CREATE TABLE squat (v text);
ALTER TABLE squat INHERIT public.tr_shared;
ALTER TABLE public.tr_parted ATTACH PARTITION squat DEFAULT;

-- A plan does not carry what a tenant's function returned.
CREATE FUNCTION secret() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (SELECT v FROM tenant_tr_one.t LIMIT 1); END $$;
CREATE FUNCTION inlined() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'written in one'::text $$;
\c - tr_shop
\set VERBOSITY terse
SET search_path = public;
SET tenancy.tenant = 'tr-one';
PREPARE p AS SELECT tenant_tr_one.secret();
PREPARE q AS SELECT tenant_tr_one.inlined();
EXECUTE p;
EXECUTE q;
SET tenancy.tenant = 'tr-two';
EXECUTE p;
EXECUTE q;
SET tenancy.tenant = '';
EXECUTE p;
EXECUTE q;
DEALLOCATE ALL;

-- RESET is no way from one tenant to another within a transaction.
\c - postgres
ALTER ROLE tr_shop SET tenancy.tenant = 'tr-one';
\c - tr_shop
\set VERBOSITY terse
SET tenancy.tenant = '';
BEGIN;
SET LOCAL tenancy.tenant = 'tr-two';
SELECT v FROM t;
RESET tenancy.tenant;
ROLLBACK;
BEGIN;
SET LOCAL tenancy.tenant = 'tr-two';
SELECT v FROM t;
SELECT set_config('tenancy.tenant', NULL, false);
SELECT v FROM t;
ROLLBACK;
BEGIN;
SET LOCAL tenancy.tenant = 'tr-two';
SELECT v FROM t;
RESET ALL;
ROLLBACK;
BEGIN;
SET LOCAL tenancy.tenant = 'tr-two';
SELECT tenancy.unbind();
ROLLBACK;
RESET tenancy.tenant;
SELECT v FROM t;
\c - postgres
ALTER ROLE tr_shop RESET tenancy.tenant;

-- What was made for a temporary type goes with it, whoever is bound by then.
\c - tr_shop
\set VERBOSITY terse
SET tenancy.tenant = 'tr-one';
CREATE TEMP TABLE tt (a int);
CREATE FUNCTION on_temp(x pg_temp.tt) RETURNS int LANGUAGE sql AS 'SELECT 1';
SET tenancy.tenant = 'tr-two';
SELECT to_regclass('pg_temp.tt') IS NULL AS gone;
DISCARD ALL;

-- Settings made while bound go; those of the connection stay.
SET application_name = 'pool';
SET tenancy.tenant = 'tr-one';
SET statement_timeout = '77s';
SELECT set_config('my.secret', 'alpha''s', false);
SET tenancy.tenant = 'tr-two';
SHOW statement_timeout;
SELECT current_setting('my.secret', true) AS secret;
SHOW application_name;

-- Trigger functions of the registry are for its triggers.
\c - postgres
\set VERBOSITY terse
CREATE TABLE tr_other (i int);
INSERT INTO tr_other VALUES (1);
CREATE TRIGGER q BEFORE UPDATE ON tr_other FOR EACH STATEMENT EXECUTE FUNCTION tenancy.tenants_before_write();
UPDATE tr_other SET i = 2;
CREATE OR REPLACE TRIGGER q BEFORE UPDATE ON tr_other FOR EACH ROW EXECUTE FUNCTION tenancy.tenants_before_write();
UPDATE tr_other SET i = 2;
DROP TABLE tr_other;

-- A tenant's own things can all be dropped, and dropped with it.
SELECT slug FROM tenancy.provision('tr-odd');
CREATE FUNCTION tenant_tr_odd.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE tenant_tr_odd.ct (a int);
CREATE CONSTRAINT TRIGGER c AFTER INSERT ON tenant_tr_odd.ct FOR EACH ROW EXECUTE FUNCTION tenant_tr_odd.tf();
CREATE TABLE tenant_tr_odd.ct2 (LIKE tenant_tr_odd.ct);
CREATE CONSTRAINT TRIGGER c AFTER INSERT ON tenant_tr_odd.ct2 FOR EACH ROW EXECUTE FUNCTION tenant_tr_odd.tf();
CREATE AGGREGATE tenant_tr_odd.agz (*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
ALTER DEFAULT PRIVILEGES IN SCHEMA tenant_tr_odd GRANT SELECT ON TABLES TO tenancy_auditor;
CREATE DOMAIN tenant_tr_odd.d AS text;
CREATE CAST (text AS tenant_tr_odd.d) WITH INOUT;
CREATE FUNCTION tenant_tr_odd.to_jsonb(tenant_tr_odd.ct) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE CAST (tenant_tr_odd.ct AS jsonb) WITH FUNCTION tenant_tr_odd.to_jsonb(tenant_tr_odd.ct);
SET tenancy.tenant = 'tr-odd';
DROP TRIGGER c ON ct;
DROP TABLE ct2;
RESET tenancy.tenant;
SELECT slug, forced FROM tenancy.drop('tr-odd');
-- many in one statement
SELECT count(*) FROM generate_series(1, 70) i, LATERAL tenancy.provision('tr-many-' || i);
SELECT count(*) FROM generate_series(1, 70) i, LATERAL tenancy.drop('tr-many-' || i);

SELECT slug FROM tenancy.drop('tr-one', force => true);
SELECT slug FROM tenancy.drop('tr-two', force => true);
DROP TABLE public.tr_shared, public.tr_parted;
REVOKE CREATE ON SCHEMA public FROM tr_shop;
DROP ROLE tr_shop;
