-- Applications that only set search_path: with tenancy.bind_from_search_path it binds.
CREATE ROLE sp_app LOGIN IN ROLE tenancy_app;
ALTER ROLE sp_app SET tenancy.bind_from_search_path = on;
ALTER ROLE sp_app SET tenancy.rebind = 'transaction';
CREATE ROLE sp_once LOGIN IN ROLE tenancy_app;
ALTER ROLE sp_once SET tenancy.bind_from_search_path = on;
CREATE ROLE sp_off LOGIN IN ROLE tenancy_app;
CREATE ROLE sp_none LOGIN;
ALTER ROLE sp_none SET tenancy.bind_from_search_path = on;
SELECT slug FROM tenancy.provision('sp-one');
SELECT slug FROM tenancy.provision('sp-two');
SELECT slug FROM tenancy.provision('sp-shut');
SELECT tenancy.suspend('sp-shut');
CREATE TABLE tenant_sp_one.t AS SELECT 'one' AS of;
CREATE TABLE tenant_sp_two.t AS SELECT 'two' AS of;
CREATE TABLE sp_shared AS SELECT 'shared' AS of;
GRANT SELECT ON sp_shared TO tenancy_tenant, PUBLIC;
CREATE FUNCTION sp_narrow() RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS
$$ BEGIN RETURN tenancy.current_tenant() || ' as ' || current_user; END $$;
CREATE FUNCTION sp_go(path text) RETURNS text LANGUAGE plpgsql AS
$$ BEGIN PERFORM set_config('search_path', path, false); RETURN coalesce(tenancy.current_tenant(), 'none'); END $$;

\c - sp_app
-- as django-tenants does, and apartment
SET search_path = 'tenant_sp_one','public';
SELECT of, tenancy.current_tenant(), current_user, current_setting('search_path') FROM t;
SELECT * FROM sp_shared;
SHOW tenancy.tenant;
SET search_path TO "tenant_sp_two", "public";
SELECT of, tenancy.current_tenant(), current_setting('search_path') FROM t;
SELECT * FROM tenant_sp_one.t;
SET search_path = public;
SELECT tenancy.current_tenant(), current_user;
SELECT * FROM tenant_sp_two.t;
SELECT set_config('search_path', 'tenant_sp_one', false);
SELECT * FROM t;
SELECT set_config('search_path', '"$user", public', false);
SELECT tenancy.current_tenant();
DO $$ BEGIN PERFORM set_config('search_path', 'tenant_sp_two', false); END $$;
SELECT * FROM t;
RESET search_path;
SELECT tenancy.current_tenant();
SET search_path = tenant_sp_one, tenant_sp_one;
SELECT * FROM t;
DISCARD ALL;
SELECT tenancy.current_tenant();

-- for the transaction
BEGIN;
SET LOCAL search_path = tenant_sp_one;
SELECT * FROM t;
COMMIT;
SELECT tenancy.current_tenant(), current_setting('search_path');
BEGIN;
SET search_path = tenant_sp_one;
SELECT * FROM t;
ROLLBACK;
SELECT tenancy.current_tenant(), current_setting('search_path');
BEGIN;
SELECT set_config('search_path', 'tenant_sp_two', true);
SELECT * FROM t;
SAVEPOINT a;
SET LOCAL search_path = public;
SELECT tenancy.current_tenant();
SELECT * FROM t;
ROLLBACK TO a;
SELECT of, tenancy.current_tenant() FROM t;
COMMIT;
SET search_path = tenant_sp_one;
BEGIN;
SET LOCAL search_path = public;
SELECT tenancy.current_tenant();
COMMIT;
SELECT of, tenancy.current_tenant() FROM t;

-- one transaction, one tenant
BEGIN;
SELECT * FROM t;
SET search_path = tenant_sp_two;
ROLLBACK;
SELECT of, tenancy.current_tenant(), current_setting('search_path') FROM t;
BEGIN;
SELECT * FROM t;
SET search_path = public;
SET search_path = tenant_sp_two;
ROLLBACK;
SELECT public.sp_go('tenant_sp_two');
SELECT of, tenancy.current_tenant(), current_setting('search_path') FROM t;
SELECT count(*) FROM t, (SELECT set_config('search_path', 'tenant_sp_two', false)) AS s;
SELECT of, tenancy.current_tenant(), current_setting('search_path') FROM t;

-- before it has done anything, a transaction may be given to another
BEGIN;
SET search_path = tenant_sp_two;
SELECT of, tenancy.current_tenant() FROM t;
SET search_path = tenant_sp_one;
ROLLBACK;
SELECT of, tenancy.current_tenant(), current_setting('search_path') FROM t;
BEGIN;
SET LOCAL search_path = tenant_sp_two;
SELECT of, tenancy.current_tenant() FROM t;
COMMIT;
SELECT of, tenancy.current_tenant(), current_setting('search_path') FROM t;

-- what functions do to themselves binds nobody, and unbinds nobody
SELECT public.sp_narrow();
SELECT of, tenancy.current_tenant() FROM t;
CREATE FUNCTION mine() RETURNS text LANGUAGE sql SET search_path = tenant_sp_two AS 'SELECT current_schemas(false)::text';
SELECT mine();
SELECT of, tenancy.current_tenant() FROM t;

-- a change that no statement makes is followed with the commit, and one that is half taken back is followed
CREATE TABLE late (x int);
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN SET search_path = tenant_sp_one, tenant_sp_two; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
INSERT INTO late VALUES (1);
CREATE OR REPLACE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN SET search_path = public; RETURN NULL; END $$;
INSERT INTO late VALUES (1);
SELECT tenancy.current_tenant(), current_setting('search_path');
SET search_path = tenant_sp_one;
SELECT count(*) FROM late;
DO $$ BEGIN
    SET search_path = tenant_sp_one, tenant_sp_two;
    BEGIN PERFORM set_config('search_path', 'public', true); PERFORM 1/0; EXCEPTION WHEN OTHERS THEN NULL; END;
END $$;
SELECT tenancy.current_tenant(), current_setting('search_path');
DO $$ BEGIN
    SET search_path = public;
    BEGIN PERFORM set_config('search_path', 'tenant_sp_one', true); PERFORM 1/0; EXCEPTION WHEN OTHERS THEN NULL; END;
END $$;
SELECT tenancy.current_tenant(), current_setting('search_path');
DO $$ BEGIN SET search_path = tenant_sp_one, tenant_sp_two; COMMIT; END $$;
SELECT tenancy.current_tenant(), current_setting('search_path');
SET search_path = tenant_sp_one;

-- nor does what the planner and triggers run amid a statement unbind
CREATE FUNCTION early() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
    PERFORM set_config('search_path', 'public', false);
    PERFORM 1 FROM pg_catalog.pg_class LIMIT 1;
    RETURN current_user || ', ' || coalesce(tenancy.current_tenant(), 'none');
END $$;
SELECT early();
SELECT tenancy.current_tenant(), current_setting('search_path');
SET search_path = tenant_sp_one;
CREATE TABLE audit (by name, tenant text);
CREATE TABLE work (x int);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
$$ BEGIN INSERT INTO tenant_sp_one.audit VALUES (current_user, tenancy.current_tenant()); RETURN NULL; END $$;
CREATE TRIGGER audit AFTER INSERT ON work FOR EACH ROW EXECUTE FUNCTION audit();
INSERT INTO work VALUES (1), (2);
WITH w AS (INSERT INTO work VALUES (3) RETURNING 1) SELECT set_config('search_path', 'public', false) FROM w;
SELECT tenancy.current_tenant(), current_setting('search_path');
SET search_path = tenant_sp_one;
SELECT * FROM audit;

-- two tenants, and what is no tenant's
SET search_path = tenant_sp_one, tenant_sp_two;
SELECT current_setting('search_path'), tenancy.current_tenant();
SELECT set_config('search_path', 'public, tenant_sp_two, tenant_sp_one', false);
SET search_path = public;
SET search_path = tenant_sp_one, tenant_sp_two;
SET search_path = tenant_sp_nobody;
SET search_path = "tenant_Weird";
SET search_path = tenant_sp_shut;
SELECT current_setting('search_path'), tenancy.current_tenant();

-- tenancy.tenant comes first, and search_path does not take it away
SET tenancy.tenant = 'sp-one';
SET search_path = '';
SELECT tenancy.current_tenant();
SELECT * FROM tenant_sp_one.t;
SET search_path = tenant_sp_two;
SELECT of, tenancy.current_tenant() FROM t;
RESET tenancy.tenant;
SELECT tenancy.current_tenant(), current_setting('search_path');
SELECT * FROM t;

-- one session, one tenant, unless the role says otherwise
\c - sp_once
SET search_path = tenant_sp_one;
SELECT * FROM t;
SET search_path = tenant_sp_two;
SELECT of, current_setting('search_path') FROM t;

-- without the right to bind, and with the setting off
\c - sp_none
SET search_path = tenant_sp_one;
SET tenancy.bind_from_search_path = off;
\c - sp_off
SET search_path = tenant_sp_one;
SELECT * FROM t;
SELECT tenancy.current_tenant();

-- what the session begins with, in whatever order
\set conninfo 'dbname=' :DBNAME ' user=sp_app options=''-c search_path=tenant_sp_one'''
\c :conninfo
SELECT of, tenancy.current_tenant() FROM t;
SET search_path = tenant_sp_two;
SELECT of, tenancy.current_tenant() FROM t;
DISCARD ALL;
SELECT of, tenancy.current_tenant() FROM t;
\set conninfo 'dbname=' :DBNAME ' user=postgres'
\c :conninfo
ALTER ROLE sp_once RESET ALL;
ALTER ROLE sp_once SET search_path = tenant_sp_two, public;
ALTER ROLE sp_once SET tenancy.bind_from_search_path = on;
\c - sp_once
SELECT of, tenancy.current_tenant() FROM t;
RESET search_path;
SELECT of, tenancy.current_tenant() FROM t;
\c - postgres
ALTER ROLE sp_once RESET ALL;
ALTER ROLE sp_once SET tenancy.bind_from_search_path = on;
ALTER ROLE sp_once SET search_path = tenant_sp_two;
\c - sp_once
SELECT of, tenancy.current_tenant() FROM t;

-- what an unbound session of a pool would leave meets the statement by which the next client binds
\c - sp_app
CREATE TEMP TABLE trap (x int);
CREATE DOMAIN pg_temp.text AS pg_catalog.text;
CREATE FUNCTION pg_temp.trap() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TEMP VIEW trap AS SELECT 1;
SELECT 1 AS x INTO TEMP trap;
PREPARE trap AS SELECT 1;
SET search_path = tenant_sp_one;
CREATE TEMP TABLE own (x int);
PREPARE own AS SELECT 1;
SET search_path = public;
EXECUTE own;
SELECT * FROM own;
CREATE TEMP TABLE trap (x int);

-- where a ticket is required, a path is none; where a binding lasts a transaction, so does the path's
\c - postgres
ALTER ROLE sp_app SET tenancy.require_ticket = on;
\c - sp_app
SET search_path = tenant_sp_one;
\c - postgres
ALTER ROLE sp_app RESET tenancy.require_ticket;
ALTER ROLE sp_app SET tenancy.bind_scope = 'transaction';
\c - sp_app
SET search_path = tenant_sp_one;
BEGIN;
SET LOCAL search_path = tenant_sp_one;
SELECT * FROM t;
COMMIT;

\c - postgres
DROP FUNCTION sp_narrow(), sp_go(text);
DROP TABLE sp_shared;
SELECT slug FROM tenancy.drop('sp-one');
SELECT slug FROM tenancy.drop('sp-two');
SELECT slug FROM tenancy.drop('sp-shut');
DROP ROLE sp_app, sp_once, sp_off, sp_none;
