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

-- nor where an error was caught while planning
SET tenancy.tenant = 'tr-one';
CREATE FUNCTION tenant_tr_one.caught() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE r text := tenancy.current_tenant();
BEGIN
    BEGIN PERFORM 1/0; EXCEPTION WHEN division_by_zero THEN NULL; END;
    RETURN r;
END $$;
SET plan_cache_mode = force_generic_plan;
PREPARE r AS SELECT tenant_tr_one.caught();
EXECUTE r;
SET tenancy.tenant = 'tr-two';
EXECUTE r;
DEALLOCATE ALL;

-- Code of a tenant does not end the binding of who runs it, nor lets him out of confinement.
\c - tr_shop
\set VERBOSITY terse
SET tenancy.tenant = 'tr-one';
CREATE TABLE hook (a int);
CREATE FUNCTION hook_unbind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.a
        WHEN 1 THEN PERFORM set_config('tenancy.tenant', '', true);
        WHEN 2 THEN PERFORM set_config('tenancy.tenant', NULL, false);
        WHEN 3 THEN PERFORM tenancy.unbind();
        WHEN 4 THEN SET LOCAL tenancy.tenant = '';
        WHEN 5 THEN PERFORM set_config('tenancy.tenant', 'tr-two', true);
        WHEN 6 THEN PERFORM v FROM tenant_tr_two.t;
        WHEN 7 THEN CREATE TEMP TABLE evil (a int);
        WHEN 8 THEN UPDATE pg_authid SET rolsuper = true WHERE rolname = 'tr_shop';
        WHEN 9 THEN PERFORM pg_read_file('PG_VERSION');
        WHEN 10 THEN ALTER ROLE tr_shop SUPERUSER;
        WHEN 11 THEN PERFORM set_config('search_path', 'tenant_tr_one', false);
        ELSE RAISE NOTICE 'user: %', current_user;
    END CASE;
    RETURN NEW;
END $$;
CREATE TRIGGER hook_t BEFORE INSERT ON hook FOR EACH ROW EXECUTE FUNCTION hook_unbind();
CREATE VIEW hook_view AS SELECT set_config('tenancy.tenant', '', true) AS unbound, v FROM t;
CREATE PROCEDURE wander() LANGUAGE plpgsql AS $$
BEGIN PERFORM set_config('tenancy.tenant', 'tr-two', true); INSERT INTO tenant_tr_two.t VALUES ('wandered'); END $$;
CREATE PROCEDURE chores() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_tr_one.loot VALUES ('done'); COMMIT; END $$;
\c - postgres
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET tenancy.tenant = 'tr-one';
INSERT INTO hook VALUES (1);
INSERT INTO hook VALUES (2);
INSERT INTO hook VALUES (3);
INSERT INTO hook VALUES (4);
INSERT INTO hook VALUES (5);
SELECT * FROM hook_view;
INSERT INTO hook VALUES (0);
SET tenancy.tenant = '';
INSERT INTO tenant_tr_one.hook VALUES (1);
INSERT INTO tenant_tr_one.hook VALUES (5);
INSERT INTO tenant_tr_one.hook VALUES (6);
INSERT INTO tenant_tr_one.hook VALUES (7);
INSERT INTO tenant_tr_one.hook VALUES (8);
INSERT INTO tenant_tr_one.hook VALUES (9);
INSERT INTO tenant_tr_one.hook VALUES (10);
INSERT INTO tenant_tr_one.hook VALUES (11);
SHOW search_path;
INSERT INTO tenant_tr_one.hook VALUES (0);
SELECT current_user;
CALL tenant_tr_one.chores();
SELECT count(*) FROM tenant_tr_one.loot;
-- a procedure can bind, but stays confined
SET tenancy.rebind = transaction;
CALL tenant_tr_one.wander();
SELECT rolsuper FROM pg_roles WHERE rolname = 'tr_shop';
\c - tr_shop
\set VERBOSITY terse

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

-- also if the tenant did nothing else
SET search_path = pg_temp;
SET default_transaction_read_only = on;
SET tenancy.tenant = 'tr-one';
SHOW search_path;
SHOW default_transaction_read_only;
SELECT 1;
SELECT set_config('role', 'tr_shop', false), set_config('default_transaction_read_only', 'on', false);
SET tenancy.tenant = 'tr-two';
SHOW default_transaction_read_only;

-- A savepoint that is rolled back takes nothing with it that was there before.
BEGIN;
SET tenancy.tenant = 'tr-two';
CREATE TEMP TABLE keepme (a int);
DECLARE held CURSOR WITH HOLD FOR SELECT 'held';
SAVEPOINT s;
SELECT 1/0;
ROLLBACK TO s;
INSERT INTO keepme VALUES (1);
COMMIT;
SELECT count(*) FROM keepme;
FETCH held;
SET tenancy.tenant = 'tr-two';
SELECT count(*) FROM keepme;

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
-- large objects, more than the lock table has room for
SET tenancy.rebind = transaction;
SELECT slug FROM tenancy.provision('tr-lo');
SET tenancy.tenant = 'tr-lo';
SELECT count(lo_create(0)) FROM generate_series(1, 6000);
RESET tenancy.tenant;
SELECT count(lo_create(0)) FROM generate_series(1, 10);
SELECT slug, objects FROM tenancy.drop('tr-lo');
SELECT count(*) FROM pg_largeobject_metadata WHERE lomowner = 'postgres'::regrole;
SELECT count(lo_unlink(oid)) FROM pg_largeobject_metadata WHERE lomowner = 'postgres'::regrole;
-- a drop that is rolled back leaves the counters alone
SELECT slug FROM tenancy.provision('tr-back');
SET tenancy.tenant = 'tr-back';
RESET tenancy.tenant;
BEGIN;
SELECT slug FROM tenancy.drop('tr-back');
ROLLBACK;
SELECT slug, binds FROM tenancy.stat_tenants WHERE slug = 'tr-back';
SELECT slug FROM tenancy.drop('tr-back');
-- a change that replication brings reaches the sessions
SELECT tgname, tgenabled, (tgtype & 1) = 1 AS for_each_row FROM pg_trigger
 WHERE tgrelid = 'tenancy.tenants'::regclass AND NOT tgisinternal ORDER BY 1;
-- many in one statement
SELECT count(*) FROM generate_series(1, 70) i, LATERAL tenancy.provision('tr-many-' || i);
SELECT count(*) FROM generate_series(1, 70) i, LATERAL tenancy.drop('tr-many-' || i);

SELECT slug FROM tenancy.drop('tr-one', force => true);
SELECT slug FROM tenancy.drop('tr-two', force => true);
DROP TABLE public.tr_shared, public.tr_parted;
REVOKE CREATE ON SCHEMA public FROM tr_shop;
DROP ROLE tr_shop;
