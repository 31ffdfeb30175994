-- One setting binds; PostgreSQL gives it sessions, transactions and savepoints.
CREATE ROLE bi_app LOGIN IN ROLE tenancy_app;
CREATE ROLE bi_none LOGIN;
CREATE ROLE bi_own LOGIN;
SELECT slug FROM tenancy.provision('bi-one');
SELECT slug FROM tenancy.provision('bi-two');
CREATE TABLE tenant_bi_one.t AS SELECT 'one' AS of;
CREATE TABLE tenant_bi_two.t AS SELECT 'two' AS of;
GRANT tenant_bi_one TO bi_own;

\c - bi_app
SELECT tenancy.current_tenant(), tenancy.current_tenant_id(), current_user;
SET tenancy.tenant = 'bi-one';
SELECT tenancy.current_tenant(), tenancy.current_tenant_id() IS NOT NULL AS has_id, current_user, session_user,
       current_schemas(false), current_setting('is_superuser');
SELECT * FROM t;
RESET tenancy.tenant;
SELECT tenancy.current_tenant(), current_user;
SET tenancy.tenant = 'bi-one';
SET tenancy.tenant = '';
SELECT tenancy.current_tenant(), current_user;
SELECT tenancy.bind('bi-one') IS NOT NULL AS bound;
SELECT * FROM t;
SELECT tenancy.unbind();
SELECT tenancy.current_tenant(), current_user;
SELECT tenancy.bind(NULL);
SELECT tenancy.bind('');
SELECT tenancy.bind('bi-one', NULL) IS NOT NULL AS bound;
DISCARD ALL;
SELECT tenancy.current_tenant(), current_user;
SET tenancy.tenant = 'bi-one';
RESET ALL;
SELECT tenancy.current_tenant(), current_user;

-- SET LOCAL, savepoints, aborts
BEGIN;
SET LOCAL tenancy.tenant = 'bi-one';
SELECT * FROM t;
COMMIT;
SELECT tenancy.current_tenant(), current_user;
BEGIN;
SELECT tenancy.bind('bi-one', true) IS NOT NULL AS bound;
SELECT current_user;
ROLLBACK;
SELECT tenancy.current_tenant(), current_user;
BEGIN;
SAVEPOINT a;
SET LOCAL tenancy.tenant = 'bi-one';
SAVEPOINT b;
SELECT current_user;
ROLLBACK TO b;
SELECT current_user;
ROLLBACK TO a;
SELECT tenancy.current_tenant(), current_user;
RELEASE a;
-- the transaction has been bound, and stays that tenant's
SET LOCAL tenancy.tenant = 'bi-two';
ROLLBACK;
BEGIN;
SET tenancy.tenant = 'bi-one';
SELECT 1/0;
ROLLBACK;
SELECT tenancy.current_tenant(), current_user;
BEGIN;
SET tenancy.tenant = 'bi-one';
COMMIT AND CHAIN;
SELECT * FROM t;
COMMIT;
SELECT current_user;

-- never another tenant in this session
\set VERBOSITY sqlstate
SET tenancy.tenant = 'bi-two';
BEGIN;
SET LOCAL tenancy.tenant = 'bi-two';
ROLLBACK;
\set VERBOSITY default
\set SHOW_CONTEXT never
RESET tenancy.tenant;
SET tenancy.tenant = 'bi-two';
SELECT set_config('tenancy.tenant', 'bi-two', false);
SELECT tenancy.bind('bi-two');
UPDATE pg_settings SET setting = 'bi-two' WHERE name = 'tenancy.tenant';
SET tenancy.rebind = 'transaction';
SELECT * FROM tenant_bi_two.t;

-- a pooled connection: another tenant in a later transaction
\c - postgres
ALTER ROLE bi_app SET tenancy.rebind = 'transaction';
\c - bi_app
SET tenancy.tenant = 'bi-one';
SELECT * FROM t;
SET tenancy.tenant = 'bi-two';
SELECT * FROM t;
SELECT tenancy.bind('bi-one') IS NOT NULL AS bound;
SELECT * FROM t;
RESET tenancy.tenant;
BEGIN;
SET LOCAL tenancy.tenant = 'bi-two';
SELECT * FROM t;
COMMIT;
BEGIN;
SET LOCAL tenancy.tenant = 'bi-one';
SELECT * FROM t;
RESET tenancy.tenant;
\set VERBOSITY sqlstate
SET LOCAL tenancy.tenant = 'bi-two';
\set VERBOSITY default
ROLLBACK;
SET tenancy.tenant = 'bi-one';
BEGIN;
SET LOCAL tenancy.tenant = 'bi-two';
ROLLBACK;
DO $$ BEGIN SET tenancy.tenant = 'bi-two'; END $$;
SELECT of, set_config('tenancy.tenant', 'bi-two', false) FROM t;
SELECT set_config('tenancy.tenant', '', false), set_config('tenancy.tenant', 'bi-two', false);
SELECT of, tenancy.bind('bi-two') FROM t;
SELECT tenancy.current_tenant();

-- statements that SQL has prepared are the tenant's
RESET tenancy.tenant;
SET tenancy.tenant = 'bi-one';
PREPARE p AS SELECT * FROM t;
EXECUTE p;
PREPARE q AS SELECT * FROM tenant_bi_one.t;
EXECUTE q;
SET tenancy.tenant = 'bi-two';
EXECUTE p;
EXECUTE q;

-- who may
\c - bi_none
\set VERBOSITY sqlstate
SET tenancy.tenant = 'bi-one';
SET tenancy.tenant = 'bi-nowhere';
\set VERBOSITY default
\c - bi_own
SET tenancy.tenant = 'bi-one';
SELECT * FROM t;
\c - bi_own
SET tenancy.tenant = 'bi-two';
\c - bi_app
SET tenancy.tenant = 'bi-nowhere';
\c - postgres
ALTER ROLE bi_own SET tenancy.tenant = 'bi-one';
ALTER ROLE bi_own SET tenancy.tenant = 'Not a slug';
\c - bi_own
SELECT * FROM t;
RESET tenancy.tenant;
SELECT * FROM t;

-- a superuser who is bound is bound
\c - postgres
SET tenancy.tenant = 'bi-one';
SELECT current_user, current_setting('is_superuser');
SELECT * FROM t;
SELECT * FROM tenant_bi_two.t;
SELECT count(*) FROM pg_authid;
RESET tenancy.tenant;
SELECT * FROM tenant_bi_two.t;

-- the effective role is the tenant's: SET ROLE and the like are refused, and undone where they cannot be
\c - bi_app
SET tenancy.tenant = 'bi-one';
SET ROLE bi_app;
SET "Role" TO bi_app;
SET "Session_Authorization" TO bi_app;
RESET ROLE;
SET SESSION AUTHORIZATION bi_app;
SELECT set_config('role', 'bi_app', false) AS role;
SELECT current_user;
-- the role from before comes back, also where both rewind together
RESET tenancy.tenant;
\c - postgres
GRANT bi_none TO bi_app;
\c - bi_app
SET ROLE bi_none;
SET tenancy.tenant = 'bi-one';
SELECT current_user;
RESET tenancy.tenant;
SELECT current_user;
RESET ROLE;
BEGIN;
SET LOCAL ROLE bi_none;
SET LOCAL tenancy.tenant = 'bi-one';
SELECT current_user;
COMMIT;
SELECT current_user;
BEGIN;
SET LOCAL ROLE bi_none;
SET LOCAL tenancy.tenant = 'bi-one';
ROLLBACK;
SELECT current_user;

-- not inside security-definer functions and security-restricted operations
\c - postgres
CREATE FUNCTION public.bi_definer(what text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE what; END';
CREATE FUNCTION public.bi_clause() RETURNS text LANGUAGE sql SECURITY DEFINER SET tenancy.tenant = 'bi-one' AS 'SELECT current_user::text';
\c - bi_app
\set VERBOSITY sqlstate
SELECT public.bi_definer('SET tenancy.tenant = ''bi-one''');
\set VERBOSITY default
SELECT public.bi_definer('RESET tenancy.tenant');
SELECT public.bi_definer('RESET ALL');
SELECT public.bi_definer('SELECT tenancy.bind(''bi-one'')');
SELECT public.bi_clause();
SET tenancy.tenant = 'bi-one';
SELECT public.bi_definer('RESET ALL');
SELECT public.bi_definer('SELECT * FROM tenant_bi_two.t');
SELECT public.bi_definer('RESET tenancy.tenant');
SELECT tenancy.current_tenant(), current_user;
CREATE FUNCTION clause() RETURNS text LANGUAGE sql SET tenancy.tenant = 'bi-two' AS 'SELECT current_user::text';
SELECT clause();
CREATE MATERIALIZED VIEW restricted AS SELECT set_config('tenancy.tenant', '', false) WITH NO DATA;
REFRESH MATERIALIZED VIEW restricted;
PREPARE TRANSACTION 'x';
BEGIN;
SELECT * FROM t;
PREPARE TRANSACTION 'x';
ROLLBACK;
-- a cursor of a transaction that was bound does not read on without the binding
BEGIN;
DECLARE c CURSOR FOR SELECT i, (SELECT count(*) FROM t) >= 0 AS read FROM generate_series(1, 3) i;
DECLARE h CURSOR WITH HOLD FOR SELECT count(*) >= 0 FROM t;
FETCH 1 FROM c;
SET tenancy.tenant = '';
SAVEPOINT before;
FETCH 1 FROM c;
ROLLBACK TO before;
SAVEPOINT before;
FETCH 1 FROM h;
ROLLBACK TO before;
COMMIT;
\c - postgres
DROP FUNCTION public.bi_definer(text), public.bi_clause();
SELECT slug FROM tenancy.drop('bi-one');
SELECT slug FROM tenancy.drop('bi-two');
DROP ROLE bi_app, bi_none, bi_own;
