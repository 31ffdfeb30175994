-- Quotas: what a tenant may use, who says so, and what goes on when it is used up.
CREATE ROLE qu_pool LOGIN IN ROLE tenancy_app;
ALTER ROLE qu_pool SET tenancy.rebind = 'transaction';
CREATE ROLE qu_ops LOGIN IN ROLE tenancy_admin;
CREATE ROLE qu_audit LOGIN IN ROLE tenancy_auditor;
CREATE ROLE qu_own LOGIN;
SELECT slug FROM tenancy.provision('qu-one', plan_tier => 'qu_gold');
SELECT slug FROM tenancy.provision('qu-two', plan_tier => 'qu_gold', storage_limit_gb => 3, max_tasks_per_month => 7);
GRANT tenant_qu_one TO qu_own;

-- limits: who may set which
\c - qu_ops
SELECT tenancy.set_quota('Qu', 'sessions', 1, 2);
SELECT tenancy.set_quota('qu-none', 'sessions', 1, 2);
SELECT tenancy.set_quota('qu-one', 'No Kind', 1, 2);
SELECT tenancy.set_quota('qu-one', NULL, 1, 2);
SELECT tenancy.set_quota('qu-one', 'sessions', -1, 2);
SELECT tenancy.set_quota('qu-one', 'sessions', 3, 2);
SELECT tenancy.set_quota('qu-one', 'sessions', 1, 2, 'month');
SELECT tenancy.set_quota('qu-one', 'mails', 1, 2, 'year');
SELECT tenancy.set_quota('qu-one', 'statement_timeout', 1, 2);
SELECT tenancy.set_quota('qu-one', 'statement_timeout', NULL, 0);
SELECT tenancy.set_quota('qu-one', 'statement_timeout', NULL, 2147483648);
SELECT tenancy.set_plan_quota(NULL, 'sessions', 1, 2);
SELECT tenancy.set_plan_quota('a plan of more than twenty characters', 'sessions', 1, 2);
\c - qu_audit
SELECT tenancy.set_quota('qu-one', 'sessions', 1, 2);
SELECT tenancy.set_plan_quota('qu_gold', 'sessions', 1, 2);
SELECT tenancy.consume('qu-one', 'mails', 1);
SELECT count(*) FROM tenancy.quota_usage;
SELECT count(*) FROM tenancy.quotas, tenancy.plan_quotas, tenancy.usage;
\c - qu_own
SELECT * FROM tenancy.quota_usage;
SELECT * FROM tenancy.quota_rows();
\c - qu_pool
SELECT tenancy.set_quota('qu-one', 'sessions', 1, 2);
SELECT tenancy.consume('qu-one', 'mails', 1);
SELECT tenancy.consume('mails');
SELECT * FROM tenancy.quota_usage;
SELECT * FROM tenancy.quota_rows();
SELECT * FROM tenancy.usage;
SET tenancy.tenant = 'qu-one';
SELECT tenancy.set_quota('qu-one', 'sessions', 1, 2);
SELECT tenancy.set_plan_quota('qu_gold', 'sessions', 1, 2);
SELECT tenancy.consume('qu-two', 'mails', 1);
SELECT * FROM tenancy.quotas;
SELECT * FROM tenancy.plan_quotas;
SELECT * FROM tenancy.limits;
SELECT * FROM tenancy.usage;
UPDATE tenancy.usage SET used = 0;
DELETE FROM tenancy.usage;
-- a superuser who is bound is as everybody
\c - postgres
SET tenancy.tenant = 'qu-one';
SELECT tenancy.set_quota('qu-one', 'sessions', 1, 2);
SELECT tenancy.consume('qu-two', 'mails', 1);

-- the nearest limit counts: the tenant's, its columns', its plan's
\c - qu_ops
SELECT tenancy.set_plan_quota('qu_gold', 'storage_bytes', 10, 20), tenancy.set_plan_quota('qu_gold', 'sessions', NULL, 50),
       tenancy.set_plan_quota('qu_gold', 'tasks_per_month', NULL, 3), tenancy.set_plan_quota('qu_silver', 'sessions', NULL, 5);
SELECT slug, kind, used, soft, hard, source, period FROM tenancy.quota_usage;
SELECT tenancy.set_quota('qu-two', 'storage_bytes', NULL, 9223372036854775807), tenancy.set_quota('qu-two', 'sessions', 8, 9);
SELECT slug, kind, used, soft, hard, source, period FROM tenancy.quota_usage WHERE slug = 'qu-two';
SELECT tenancy.set_quota('qu-two', 'storage_bytes', NULL, NULL), tenancy.set_quota('qu-two', 'sessions', NULL, NULL);
UPDATE tenancy.tenants SET plan_tier = 'qu_silver', storage_limit_gb = NULL, max_tasks_per_month = -1 WHERE slug = 'qu-two';
SELECT slug, kind, used, soft, hard, source, period FROM tenancy.quota_usage;
SELECT tenancy.set_plan_quota('qu_gold', 'storage_bytes', NULL, NULL), tenancy.set_plan_quota('qu_gold', 'sessions', NULL, NULL),
       tenancy.set_plan_quota('qu_gold', 'tasks_per_month', NULL, NULL), tenancy.set_plan_quota('qu_silver', 'sessions', NULL, NULL);
SELECT count(*) FROM tenancy.quota_usage;
SELECT event, detail, actor FROM tenancy.events WHERE slug = 'qu-two' AND event = 'quota_set' ORDER BY id;

-- functions that the planner runs before a statement begins
\c - qu_pool
SET tenancy.tenant = 'qu-one';
CREATE TABLE folded (x text);
CREATE FUNCTION run(q text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$ BEGIN EXECUTE q; RETURN 'done'; END $$;
CREATE FUNCTION fold(q text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ DECLARE r text; BEGIN SELECT run(q) INTO r; RETURN r; END $$;
CREATE FUNCTION shout() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE WARNING 'planned'; RETURN 'x'; END $$;
\c - qu_ops
-- no statement at all: what ends or changes a binding goes, and what ends a transaction
SELECT tenancy.set_quota('qu-one', 'statements_per_minute', NULL, 0);
\c - qu_pool
SET tenancy.tenant = 'qu-one';
SELECT 1;
INSERT INTO nowhere VALUES (1);
CREATE TABLE t ();
DO $$ BEGIN RAISE NOTICE 'it runs'; END $$;
PREPARE p AS SELECT 1;
EXECUTE p;
DECLARE c CURSOR WITH HOLD FOR SELECT 1;
EXPLAIN SELECT 1;
SHOW tenancy.tenant;
SET work_mem = '1MB';
BEGIN;
SELECT 1;
COMMIT;
BEGIN;
SAVEPOINT s;
SELECT 1;
ROLLBACK TO s;
RELEASE s;
COMMIT;
SELECT tenancy.current_tenant();
SELECT tenancy.current_tenant(), pg_sleep(0);
SELECT set_config('work_mem', (SELECT '2MB'), false);
SELECT set_config('x.y', fold($q$INSERT INTO folded VALUES ('in set_config')$q$), false);
SELECT tenancy.bind('qu-one', fold($q$INSERT INTO folded VALUES ('in bind')$q$) = 'done');
SELECT CASE WHEN true THEN fold($q$INSERT INTO folded VALUES ('in CASE')$q$) END;
SELECT shout();
SELECT tenancy.current_tenant() WHERE shout() = 'x';
SELECT tenancy.current_tenant() LIMIT length(shout());
SELECT tenancy.current_tenant() OFFSET length(shout()) - 1;
SELECT tenancy.current_tenant() HAVING shout() = 'x';
SELECT tenancy.current_tenant() UNION ALL SELECT shout();
SELECT tenancy.current_tenant() ORDER BY shout();
WITH w AS (SELECT shout()) SELECT tenancy.current_tenant();
SELECT tenancy.current_tenant(), (SELECT shout());
SELECT tenancy.current_tenant() FROM (SELECT shout()) s;
SELECT set_config('work_mem', '2MB'::varchar, false);
SELECT set_config('work_mem', '2MB', false);
SELECT tenancy.bind(slug => 'qu-two') \gset
SELECT 1;
SELECT set_config('tenancy.tenant', 'qu-one', false);
SELECT tenancy.bind(NULL);
SELECT tenancy.unbind();
SET tenancy.tenant = 'qu-one';
DISCARD ALL;
SELECT 1;
\c - qu_ops
SELECT tenancy.set_quota('qu-one', 'statements_per_minute', NULL, NULL), tenancy.set_quota('qu-one', 'concurrent_statements', NULL, 0);
\c - qu_pool
SET tenancy.tenant = 'qu-one';
SELECT 1;
SELECT shout();
SELECT set_config('x.y', shout(), false);
BEGIN;
VACUUM;
ROLLBACK;
SELECT tenancy.unbind();
\c - qu_ops
SELECT tenancy.set_quota('qu-one', 'concurrent_statements', 0, 1);
\c - qu_pool
SET tenancy.tenant = 'qu-one';
-- one at a time is enough for what functions, cursors and statements run within a statement
CREATE TABLE t (x int);
CREATE FUNCTION add(n int) RETURNS int LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO t SELECT generate_series(1, n); RETURN count(*) FROM t; END $$;
SELECT add(3);
PREPARE p AS SELECT add($1);
EXECUTE p (1);
BEGIN;
DECLARE c CURSOR FOR SELECT x FROM t ORDER BY x;
FETCH 1 FROM c;
SELECT count(*) FROM t;
FETCH 1 FROM c;
SAVEPOINT s;
SELECT 1 / 0;
ROLLBACK TO s;
FETCH 1 FROM c;
COMMIT;
CALL nothing();
CREATE PROCEDURE in_steps() LANGUAGE plpgsql AS
$$ BEGIN FOR i IN 1 .. 3 LOOP INSERT INTO t VALUES (i); IF i = 2 THEN ROLLBACK; ELSE COMMIT; END IF; END LOOP; END $$;
CALL in_steps();
SELECT kind, used FROM tenancy.quota_usage;
DROP TABLE t;
\c - qu_ops
SELECT kind, used FROM tenancy.quota_usage WHERE slug = 'qu-one';
-- what is not refused does run functions
SELECT tenancy.set_quota('qu-one', 'concurrent_statements', NULL, 1);
\c - qu_pool
SET tenancy.tenant = 'qu-one';
SELECT set_config('x.y', shout(), false);
TABLE folded;
DROP TABLE folded;
\c - qu_ops
SELECT tenancy.set_quota('qu-one', 'concurrent_statements', NULL, NULL);

-- time: the quota holds whatever the tenant sets
SELECT tenancy.set_quota('qu-one', 'statement_timeout', NULL, 100);
\c - qu_pool
SET tenancy.tenant = 'qu-one';
SELECT pg_sleep(60);
SET statement_timeout = '1h';
SELECT pg_sleep(60);
BEGIN;
SET LOCAL statement_timeout = 0;
SELECT pg_sleep(60);
ROLLBACK;
DO $$ BEGIN SET LOCAL statement_timeout = 0; PERFORM pg_sleep(60); END $$;
CREATE FUNCTION slow() RETURNS void LANGUAGE plpgsql SET statement_timeout = '2h' AS $$ BEGIN PERFORM pg_sleep(60); END $$;
SELECT slow();
CREATE PROCEDURE slow_in_steps() LANGUAGE plpgsql AS $$ BEGIN COMMIT; ROLLBACK; PERFORM pg_sleep(60); END $$;
CALL slow_in_steps();
-- who catches the error has as much time again
DO $$ BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN PERFORM 1; END $$;
DO $$ BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN PERFORM pg_sleep(60); END $$;
SET statement_timeout = '10ms';
DO $$ BEGIN BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; PERFORM pg_sleep(60); END $$;
RESET statement_timeout;
-- while it is planned
CREATE FUNCTION slow_plan() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN 1; END $$;
SELECT slow_plan();
PREPARE p AS SELECT slow_plan();
EXECUTE p;
-- when rows go through triggers, at once or at the end
CREATE TABLE t (x int);
CREATE FUNCTION slow_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
CREATE TRIGGER slow AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow_trigger();
INSERT INTO t VALUES (1);
DROP TRIGGER slow ON t;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow_trigger();
INSERT INTO t VALUES (1);
BEGIN;
INSERT INTO t VALUES (1);
COMMIT;
CREATE OR REPLACE FUNCTION slow_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN LOOP NULL; END LOOP; END $$;
INSERT INTO t VALUES (1);
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT pg_sleep(60);
COMMIT;
SELECT count(*) FROM t;
-- each statement has its own time, and a shorter one of the server's counts
SELECT pg_sleep(0.06)\; SELECT pg_sleep(0.06);
SET statement_timeout = '1ms';
SELECT pg_sleep(60);
RESET statement_timeout;
SELECT pg_sleep(0.01);
SELECT tenancy.unbind();
SELECT pg_sleep(0.2);
\c - qu_ops
SELECT tenancy.set_quota('qu-one', 'statement_timeout', NULL, NULL);

-- sessions
SELECT tenancy.set_quota('qu-one', 'sessions', NULL, 0);
\c - qu_pool
SET tenancy.tenant = 'qu-one';
SELECT tenancy.bind('qu-one');
SELECT tenancy.current_tenant();
\c - qu_ops
SELECT tenancy.set_quota('qu-one', 'sessions', 0, 1);
\c - qu_pool
SET tenancy.tenant = 'qu-one';
SELECT kind, used FROM tenancy.quota_usage;
SET tenancy.tenant = 'qu-one';
SELECT tenancy.bind('qu-one') IS NOT NULL;
BEGIN;
SET LOCAL tenancy.tenant = 'qu-one';
ROLLBACK;
SET tenancy.tenant = 'qu-two';
SET tenancy.tenant = 'qu-one';
SELECT kind, used FROM tenancy.quota_usage;
-- a binding that comes to nothing leaves its place
SET tenancy.tenant = '';
BEGIN;
SET tenancy.tenant = 'qu-one';
ROLLBACK;
\c - qu_ops
SELECT kind, used FROM tenancy.quota_usage;
SELECT tenancy.set_quota('qu-one', 'sessions', NULL, NULL);

-- storage: what adds to it is refused once it was measured, whoever runs it and however; all else goes on
\c - qu_pool
SET tenancy.tenant = 'qu-one';
CREATE TABLE parents (x int PRIMARY KEY, y text);
CREATE TABLE children (x int REFERENCES parents ON DELETE SET NULL, y text);
CREATE INDEX children_x ON children (x);
INSERT INTO parents SELECT i, i FROM generate_series(1, 9) i;
INSERT INTO children SELECT i, i FROM generate_series(1, 9) i;
CREATE MATERIALIZED VIEW summary AS SELECT count(*) FROM parents;
CREATE FUNCTION add_parent(x int) RETURNS int LANGUAGE sql AS $$ INSERT INTO parents VALUES (x) RETURNING x $$;
CREATE FUNCTION change_parents() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE parents SET y = 'z'; END $$;
CREATE VIEW parents_view AS SELECT * FROM parents;
CREATE TABLE ruled (x int);
CREATE RULE log AS ON DELETE TO ruled DO ALSO INSERT INTO children VALUES (NULL, 'gone');
SELECT lo_create(0) AS lo \gset
CREATE FUNCTION kept(x int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO parents VALUES (x); END $$;
\c - qu_ops
SELECT tenancy.set_quota('qu-one', 'storage_bytes', NULL, 0);
SELECT tenancy.measure_storage() > 0 AS measured;
SELECT kind, used > 0 AS used, hard, percent, measured_at <= now() AS measured FROM tenancy.quota_usage;
\c - qu_pool
SET tenancy.tenant = 'qu-one';
\set VERBOSITY terse
INSERT INTO parents VALUES (20);
INSERT INTO parents VALUES (1) ON CONFLICT DO NOTHING;
INSERT INTO parents_view VALUES (20);
UPDATE parents SET y = 'z';
UPDATE parents SET y = 'z' WHERE false;
WITH added AS (INSERT INTO parents VALUES (20) RETURNING x) SELECT * FROM added;
WITH added AS (UPDATE parents SET y = 'z' RETURNING x) DELETE FROM parents WHERE x = 1;
DELETE FROM ruled;
MERGE INTO parents p USING (VALUES (20)) v (x) ON p.x = v.x WHEN NOT MATCHED THEN INSERT VALUES (v.x);
SELECT add_parent(20);
SELECT change_parents();
SELECT kept(20);
DO $$ BEGIN INSERT INTO parents VALUES (20); END $$;
DO $$ BEGIN INSERT INTO parents VALUES (20); EXCEPTION WHEN configuration_limit_exceeded THEN RAISE NOTICE 'refused'; END $$;
PREPARE insert (int) AS INSERT INTO parents VALUES ($1);
EXECUTE insert (20);
EXPLAIN ANALYZE INSERT INTO parents VALUES (20);
EXPLAIN ANALYZE CREATE TABLE more AS SELECT 1;
EXPLAIN (COSTS OFF) INSERT INTO parents VALUES (20);
CREATE TABLE more AS SELECT 1;
SELECT 1 AS x INTO more;
CREATE TABLE more AS EXECUTE insert (20);
CREATE MATERIALIZED VIEW more AS SELECT 1;
REFRESH MATERIALIZED VIEW summary;
CREATE INDEX ON parents (y);
DO $$ BEGIN CREATE INDEX ON parents (y); END $$;
ALTER TABLE parents ADD z text DEFAULT random()::text;
ALTER TABLE parents ALTER x TYPE bigint;
ALTER TABLE parents ADD UNIQUE (y);
COPY parents FROM STDIN;
\.
SELECT lo_create(0);
SELECT lo_creat(-1);
SELECT lo_from_bytea(0, 'x');
SELECT lo_put(:lo, 0, 'x');
SELECT lowrite(lo_open(:lo, 131072), 'x');
DECLARE c CURSOR WITH HOLD FOR SELECT add_parent(20);
-- nothing was stored, and all this goes on
SELECT count(*), max(y) FROM parents;
SELECT x FROM parents WHERE x < 3 ORDER BY x FOR UPDATE;
TABLE summary;
COPY (SELECT 1) TO STDOUT;
SELECT length(lo_get(:lo)), lo_unlink(:lo);
CREATE TEMP TABLE scratch AS SELECT generate_series(1, 3) AS x;
INSERT INTO scratch VALUES (4);
UPDATE scratch SET x = x + 1;
CREATE INDEX ON scratch (x);
COPY scratch FROM STDIN;
9
\.
WITH moved AS (DELETE FROM parents WHERE x = 2 RETURNING x) INSERT INTO scratch SELECT x FROM moved;
SELECT array_agg(x) FROM scratch;
SELECT tenancy.consume('seats', 0);
SELECT tenancy.consume('mails');
CREATE TABLE more (x int PRIMARY KEY, y int REFERENCES parents);
ALTER TABLE more ADD FOREIGN KEY (x) REFERENCES parents;
CREATE TABLE others AS SELECT 1 AS x WITH NO DATA;
ALTER TABLE more DROP y;
DELETE FROM parents WHERE x = 1;
SELECT count(*) FROM children WHERE x IS NULL;
VACUUM parents;
TRUNCATE children;
DROP TABLE ruled, children, others;
DROP MATERIALIZED VIEW summary;
INSERT INTO more VALUES (3);
\c - qu_ops
-- seen at once; the extension's own work for the tenant is not limited
SELECT tenancy.set_quota('qu-one', 'storage_bytes', 1, NULL);
\c - qu_pool
SET tenancy.tenant = 'qu-one';
INSERT INTO more VALUES (3);
INSERT INTO more VALUES (4);
DROP TABLE more;
DROP TABLE parents CASCADE;
\set VERBOSITY default
\c - qu_ops
DELETE FROM tenancy.usage;
SELECT tenancy.set_quota('qu-one', 'storage_bytes', NULL, NULL);

-- a superuser who runs a tenant's function unknowingly tells it nothing, and counts nothing
\c - qu_pool
SET tenancy.tenant = 'qu-one';
CREATE FUNCTION spy() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM tenancy.quota_rows() $$;
CREATE VIEW spies AS SELECT spy() AS rows_seen;
CREATE FUNCTION count_one() RETURNS bigint LANGUAGE sql AS $$ SELECT tenancy.consume('mails') $$;
CREATE FUNCTION count_other() RETURNS bigint LANGUAGE sql AS $$ SELECT tenancy.consume('qu-two', 'mails', 1) $$;
\c - postgres
SELECT tenancy.set_quota('qu-two', 'mails', NULL, 100);
SELECT count(*) FROM tenancy.quota_rows();
SELECT * FROM tenant_qu_one.spies;
SELECT tenant_qu_one.count_one();
SELECT tenant_qu_one.count_other();
SELECT tenancy.set_quota('qu-two', 'mails', NULL, NULL);

-- what applications count
SELECT tenancy.set_quota('qu-one', 'mails_per_day', 2, 5), tenancy.set_quota('qu-one', 'seats', NULL, 2);
UPDATE tenancy.tenants SET max_tasks_per_month = 2 WHERE slug = 'qu-one';
\c - qu_pool
SET tenancy.tenant = 'qu-one';
SELECT tenancy.consume('mails_per_day', 2);
SELECT tenancy.consume('mails_per_day');
SELECT tenancy.consume('mails_per_day');
SELECT tenancy.consume('mails_per_day', 2);
SELECT tenancy.consume('mails_per_day', 0);
SELECT tenancy.consume('mails_per_day', NULL);
SELECT tenancy.consume('mails_per_day');
SELECT tenancy.consume('mails_per_day', -1);
SELECT tenancy.consume('mails_per_day', 9223372036854775807);
SELECT tenancy.consume('unlimited', 9223372036854775806);
SELECT tenancy.consume('unlimited');
SELECT tenancy.consume('unlimited');
SELECT tenancy.consume('sessions');
SELECT tenancy.consume('storage_bytes', 0);
SELECT tenancy.consume('No Kind');
SELECT tenancy.consume(NULL);
BEGIN;
SELECT tenancy.consume('tasks_per_month');
SAVEPOINT s;
SELECT tenancy.consume('tasks_per_month');
ROLLBACK TO s;
SELECT tenancy.consume('tasks_per_month');
SELECT tenancy.consume('tasks_per_month');
ROLLBACK;
SELECT tenancy.consume('tasks_per_month', 0);
-- not a statement of the tenant's: it goes on when it may store nothing, and in functions of others
CREATE FUNCTION count_seat() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT tenancy.consume('seats') $$;
SELECT count_seat();
SELECT kind, used, soft, hard, percent, source, period FROM tenancy.quota_usage;
DO $$ BEGIN FOR i IN 1 .. 200 LOOP PERFORM tenancy.consume('kind_' || i); END LOOP; END $$;
SELECT count(*) FROM tenancy.quota_usage;
-- a tenant that has none of these limits
SET tenancy.tenant = 'qu-two';
SELECT tenancy.consume('mails_per_day', 100);
SELECT kind, used, soft, hard, percent, source, period FROM tenancy.quota_usage;
\c - qu_ops
SELECT tenancy.consume('qu-one', 'mails_per_day', -2);
SELECT tenancy.consume('qu-one', 'mails_per_day', -9223372036854775808);
SELECT tenancy.consume('qu-one', 'never_used', -1);
SELECT tenancy.consume('qu-one', 'mails_per_day', 6);
SELECT tenancy.consume('qu-one', 'seats', 1);
SELECT tenancy.consume('qu-none', 'seats', 1);
SELECT tenancy.consume('mails_per_day');
SELECT slug, kind, used, percent FROM tenancy.quota_usage ORDER BY 1, 2;
UPDATE tenancy.tenants SET max_tasks_per_month = NULL WHERE slug = 'qu-one';
SELECT period, period_start = date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS is_today FROM tenancy.usage WHERE kind = 'mails_per_day';
DELETE FROM tenancy.usage WHERE kind = 'seats';
SELECT tenancy.consume('qu-one', 'seats', 1);

-- a new tenant of an old name begins anew
SELECT slug FROM tenancy.drop('qu-one');
SELECT slug FROM tenancy.quota_usage;
SELECT tenancy.set_quota('qu-one', 'seats', 1, 2);
SELECT slug FROM tenancy.provision('qu-one');
SELECT slug FROM tenancy.quota_usage;

\c - postgres
SELECT slug FROM tenancy.drop('qu-one');
SELECT slug FROM tenancy.drop('qu-two');
TRUNCATE tenancy.usage, tenancy.quotas;
DROP ROLE qu_pool, qu_ops, qu_audit, qu_own;
