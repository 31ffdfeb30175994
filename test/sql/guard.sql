-- The wall: by name, by plan, by function, by definition; and what stays open.
CREATE ROLE gu_app LOGIN IN ROLE tenancy_app;
SELECT slug FROM tenancy.provision('gu-one');
SELECT slug FROM tenancy.provision('gu-two');
CREATE TABLE tenant_gu_one.t (id int PRIMARY KEY, v text);
CREATE TABLE tenant_gu_two.t (id int PRIMARY KEY, v text);
INSERT INTO tenant_gu_one.t VALUES (1, 'one');
INSERT INTO tenant_gu_two.t VALUES (2, 'two');
CREATE SEQUENCE tenant_gu_two.s;
CREATE FUNCTION tenant_gu_two.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE tenant_gu_two.mood AS ENUM ('secret');
CREATE TABLE public.gu_shared (id int PRIMARY KEY, v text);
INSERT INTO public.gu_shared VALUES (1, 'shared');
GRANT SELECT, REFERENCES ON public.gu_shared TO tenancy_tenant;
-- what an administrator may have left in public, with rights for all
CREATE VIEW public.gu_span AS SELECT * FROM tenant_gu_two.t;
CREATE VIEW public.gu_span_over AS SELECT * FROM public.gu_span;
GRANT SELECT ON public.gu_span, public.gu_span_over TO PUBLIC;
CREATE FUNCTION public.gu_peek() RETURNS SETOF tenant_gu_two.t LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM tenant_gu_two.t';
CREATE FUNCTION public.gu_run(what text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS
'DECLARE r text; BEGIN EXECUTE what INTO r; RETURN r; END';
CREATE FUNCTION public.gu_atomic() RETURNS bigint LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT count(*) FROM tenant_gu_two.t; END;
CREATE TABLE public.gu_parent (id int, v text);
CREATE TABLE tenant_gu_two.child () INHERITS (public.gu_parent);
INSERT INTO tenant_gu_two.child VALUES (7, 'child');
CREATE TABLE public.gu_parted (id int) PARTITION BY LIST (id);
CREATE TABLE tenant_gu_two.part PARTITION OF public.gu_parted FOR VALUES IN (2);
CREATE TABLE public.gu_part PARTITION OF public.gu_parted FOR VALUES IN (1);
GRANT ALL ON public.gu_parent, public.gu_parted TO PUBLIC;
GRANT ALL ON ALL TABLES IN SCHEMA tenant_gu_two TO PUBLIC;
GRANT ALL ON ALL SEQUENCES IN SCHEMA tenant_gu_two TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tenant_gu_two TO PUBLIC;
GRANT CREATE ON SCHEMA tenant_gu_two, public TO PUBLIC;

-- Rights for all are given on purpose above: here the hooks stand alone.
\c - gu_app
\set VERBOSITY terse
\set SHOW_CONTEXT never
SELECT * FROM tenant_gu_two.t;
SELECT * FROM gu_span;
SELECT * FROM gu_peek();
SELECT gu_run('SELECT v FROM tenant_gu_two.t');
SELECT gu_atomic();
SELECT nextval('tenant_gu_two.s');
SELECT tenant_gu_two.f();
CREATE TABLE tenant_gu_two.mine (a int);
CREATE SCHEMA tenant_gu_three;
DROP TABLE tenant_gu_two.t;
LOCK TABLE gu_span IN SHARE MODE;
SELECT * FROM gu_shared;
LISTEN tenancy_events;
SET search_path = tenant_gu_two, public;
SELECT set_config('search_path', 'tenant_gu_two, public', false), current_schemas(false);
SELECT * FROM t;
RESET search_path;

SET tenancy.tenant = 'gu-one';
SELECT * FROM t;
SELECT * FROM gu_span;
SELECT * FROM gu_span_over;
EXPLAIN SELECT * FROM gu_span_over;
SELECT * FROM t WHERE EXISTS (SELECT FROM gu_span);
WITH w AS (SELECT * FROM gu_span) SELECT * FROM w;
SELECT * FROM t UNION ALL SELECT * FROM gu_span;
CREATE TABLE copy AS SELECT * FROM gu_span;
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM gu_span;
COPY gu_span TO STDOUT;
COPY (SELECT * FROM gu_span) TO STDOUT;
SELECT * FROM gu_peek();
SELECT gu_run('SELECT v FROM tenant_gu_two.t');
SELECT gu_run('SET LOCAL search_path = tenant_gu_two') ;
SELECT gu_atomic();
SELECT query_to_xml('SELECT * FROM tenant_gu_two.t', true, false, '');
SELECT table_to_xml('tenant_gu_two.t', true, false, '');
SELECT schema_to_xml('tenant_gu_two', true, false, '');
SELECT nextval('tenant_gu_two.s');
SELECT tenant_gu_two.f();
SELECT 'secret'::tenant_gu_two.mood;
SELECT NULL::tenant_gu_two.t;
SELECT 'tenant_gu_two.f'::regproc;
SELECT to_regclass('tenant_gu_two.t');
SELECT * FROM gu_parent;
SELECT * FROM ONLY gu_parent;
INSERT INTO gu_parted VALUES (2);
INSERT INTO gu_parted VALUES (1);
SELECT * FROM gu_parted;
DO $$ BEGIN PERFORM * FROM tenant_gu_two.t; END $$;
DO $$ DECLARE r tenant_gu_two.t; BEGIN NULL; END $$;
-- swallowed, and counted all the same
DO $$ BEGIN
  BEGIN PERFORM * FROM tenant_gu_two.t; EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'swallowed: %', SQLSTATE; END;
END $$;

-- locks and maintenance
BEGIN; LOCK TABLE tenant_gu_two.t; ROLLBACK;
BEGIN; LOCK TABLE gu_span; ROLLBACK;
BEGIN; LOCK TABLE gu_parent; ROLLBACK;
TRUNCATE tenant_gu_two.t;
TRUNCATE gu_parent;
VACUUM tenant_gu_two.t;
VACUUM;
ANALYZE;
ANALYZE gu_shared;
CLUSTER;
REINDEX TABLE tenant_gu_two.t;
REINDEX SCHEMA tenant_gu_two;
REINDEX SCHEMA public;
REINDEX DATABASE contrib_regression;

-- definitions
CREATE TABLE tenant_gu_two.mine (a int);
CREATE TABLE tenant_nowhere.mine (a int);
CREATE VIEW tenant_gu_two.v AS SELECT 1;
CREATE SEQUENCE tenant_gu_two.q;
CREATE FUNCTION tenant_gu_two.g() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE tenant_gu_two.e AS ENUM ('a');
CREATE TYPE tenant_gu_two.c AS (a int);
CREATE DOMAIN tenant_gu_two.d AS int;
CREATE OPERATOR tenant_gu_two.|+| (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);
CREATE AGGREGATE tenant_gu_two.a (int) (SFUNC = int4pl, STYPE = int);
CREATE INDEX ON tenant_gu_two.t (v);
CREATE RULE r AS ON INSERT TO tenant_gu_two.t DO NOTHING;
CREATE TRIGGER r BEFORE INSERT ON tenant_gu_two.t EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE POLICY p ON tenant_gu_two.t;
CREATE TABLE mine (a int REFERENCES tenant_gu_two.t);
CREATE TABLE mine (LIKE tenant_gu_two.t);
CREATE TABLE mine () INHERITS (tenant_gu_two.t);
CREATE TABLE mine (a tenant_gu_two.mood);
CREATE TABLE public.gu_trap (a int);
CREATE FUNCTION public.gu_trap() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE public.gu_trap AS ENUM ('a');
ALTER TABLE t SET SCHEMA tenant_gu_two;
ALTER TABLE t SET SCHEMA public;
ALTER TABLE tenant_gu_two.t ADD COLUMN x int;
ALTER TABLE tenant_gu_two.t ENABLE ROW LEVEL SECURITY;
ALTER TABLE gu_parent ENABLE ROW LEVEL SECURITY;
ALTER TABLE t INHERIT tenant_gu_two.t;
ALTER TABLE tenant_gu_two.t RENAME TO u;
ALTER SCHEMA tenant_gu_two RENAME TO tenant_gu_four;
ALTER SCHEMA tenant_gu_one RENAME TO tenant_gu_four;
ALTER DEFAULT PRIVILEGES IN SCHEMA tenant_gu_two GRANT SELECT ON TABLES TO PUBLIC;
DROP TABLE tenant_gu_two.t;
DROP SCHEMA tenant_gu_two CASCADE;
DROP SCHEMA tenant_gu_one CASCADE;
DROP OWNED BY tenant_gu_two;
COMMENT ON TABLE tenant_gu_two.t IS 'x';
COMMENT ON SCHEMA tenant_gu_two IS 'x';
COMMENT ON TABLE gu_shared IS 'x';
COMMENT ON DATABASE contrib_regression IS 'x';
GRANT SELECT ON tenant_gu_two.t TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA tenant_gu_two TO PUBLIC;
GRANT USAGE ON SCHEMA tenant_gu_two TO PUBLIC;
GRANT tenant_gu_two TO tenant_gu_one;

-- statements that have no place in a bound session
CREATE SCHEMA gu_new;
CREATE ROLE gu_role;
ALTER ROLE gu_app SET tenancy.tenant = 'gu-two';
CREATE EXTENSION hstore;
CREATE DATABASE gu_db;
CREATE PUBLICATION p FOR ALL TABLES;
CREATE CAST (int AS text) WITH INOUT;
CHECKPOINT;
LOAD 'auto_explain';
REASSIGN OWNED BY gu_app TO tenant_gu_one;
COPY t TO '/tmp/x';
SECURITY LABEL ON TABLE t IS 'x';

LISTEN tenancy_events;
NOTIFY tenancy_events;

-- and all that a tenant does at home
CREATE TYPE own_pair AS (a int);
ALTER TYPE own_pair OWNER TO CURRENT_USER;
ALTER TYPE own_pair RENAME TO own_two;
ALTER TYPE own_two SET SCHEMA public;
CREATE DOMAIN own_number AS int;
ALTER DOMAIN own_number OWNER TO CURRENT_USER;
ALTER DOMAIN own_number SET SCHEMA tenant_gu_two;
CREATE TABLE own (id serial PRIMARY KEY, t int REFERENCES t, s int REFERENCES gu_shared, doc jsonb DEFAULT '{}');
INSERT INTO own (t) VALUES (1) RETURNING id;
CREATE INDEX own_doc ON own USING gin (doc);
ALTER TABLE own ADD COLUMN note text;
COMMENT ON COLUMN own.note IS 'a note';
CREATE VIEW own_view AS SELECT o.id, t.v, s.v AS shared FROM own o LEFT JOIN t ON t.id = o.t LEFT JOIN gu_shared s ON s.id = o.s;
SELECT * FROM own_view;
CREATE MATERIALIZED VIEW own_mat AS SELECT id, count(*) AS n FROM own GROUP BY id;
CREATE UNIQUE INDEX ON own_mat (id);
REFRESH MATERIALIZED VIEW CONCURRENTLY own_mat;
CREATE FUNCTION own_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := upper(NEW.note); RETURN NEW; END';
CREATE TRIGGER own_t BEFORE INSERT OR UPDATE ON own FOR EACH ROW EXECUTE FUNCTION own_trigger();
UPDATE own SET note = 'hello' RETURNING note;
CREATE TYPE own_enum AS ENUM ('a');
ALTER TYPE own_enum ADD VALUE 'b';
CREATE DOMAIN own_domain AS int CHECK (VALUE > 0);
CREATE TYPE own_range AS RANGE (SUBTYPE = int);
CREATE STATISTICS own_stat ON id, t FROM own;
ALTER TABLE own ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_policy ON own USING (true);
GRANT SELECT ON own TO tenancy_auditor;
CREATE TABLE own_parts (id int) PARTITION BY RANGE (id);
CREATE TABLE own_part_1 PARTITION OF own_parts FOR VALUES FROM (0) TO (10);
INSERT INTO own_parts VALUES (1);
SELECT * FROM own_parts;
CREATE TEMP TABLE scratch ON COMMIT DROP AS SELECT 1;
CREATE TEMP TABLE scratch AS SELECT * FROM own_view;
SELECT count(*) FROM scratch;
VACUUM ANALYZE own;
REINDEX TABLE own;
REINDEX SCHEMA tenant_gu_one;
CLUSTER own USING own_pkey;
BEGIN; LOCK TABLE own; COMMIT;
TRUNCATE own CASCADE;
MERGE INTO t USING (VALUES (1, 'merged'), (3, 'new')) AS n (id, v) ON t.id = n.id
 WHEN MATCHED THEN UPDATE SET v = n.v WHEN NOT MATCHED THEN INSERT VALUES (n.id, n.v);
SELECT * FROM t ORDER BY id;
COPY t TO STDOUT;
DO $$ BEGIN INSERT INTO t VALUES (1); EXCEPTION WHEN unique_violation THEN RAISE NOTICE 'handled'; END $$;
SELECT pg_size_pretty(pg_total_relation_size('own')) <> '' AS sized;
SET search_path = '';
SELECT * FROM tenant_gu_one.t ORDER BY id;
SET search_path = pg_catalog;
RESET search_path;
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM t ORDER BY id;
FETCH 1 FROM c;
COMMIT;
DROP TABLE own CASCADE;

-- nothing of the other tenant has changed, and every refusal has been counted
\c - postgres
SELECT * FROM tenant_gu_two.t;
SELECT count(*) FROM pg_class WHERE relnamespace = 'tenant_gu_two'::regnamespace;
SELECT slug, attempts_made, attempts_received FROM tenancy.stat_tenants WHERE slug IN ('gu-one', 'gu-two', '(unbound)') ORDER BY 1;
DROP FUNCTION gu_peek(), gu_run(text), gu_atomic();
DROP VIEW gu_span CASCADE;
DROP TABLE gu_parent, gu_parted CASCADE;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SELECT slug FROM tenancy.drop('gu-one');
SELECT slug FROM tenancy.drop('gu-two');
DROP TABLE gu_shared;
DROP ROLE gu_app;
