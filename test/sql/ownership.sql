-- What an administrator or a migration tool makes inside a tenant schema is the tenant's.
CREATE ROLE ow_app LOGIN IN ROLE tenancy_app;
SELECT slug FROM tenancy.provision('ow');
CREATE TABLE tenant_ow.a (id serial PRIMARY KEY, v text);
CREATE TABLE tenant_ow.b AS SELECT 1 AS n;
SELECT 2 AS n INTO tenant_ow.c;
CREATE TABLE tenant_ow.d (id int GENERATED ALWAYS AS IDENTITY, a int REFERENCES tenant_ow.a);
CREATE SEQUENCE tenant_ow.s;
CREATE VIEW tenant_ow.v AS SELECT * FROM tenant_ow.a;
CREATE MATERIALIZED VIEW tenant_ow.m AS SELECT * FROM tenant_ow.a;
CREATE FUNCTION tenant_ow.f(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE tenant_ow.p() LANGUAGE sql AS 'SELECT 1';
CREATE TYPE tenant_ow.e AS ENUM ('x');
CREATE TYPE tenant_ow.co AS (a int);
CREATE DOMAIN tenant_ow.do AS int;
CREATE STATISTICS tenant_ow.st ON id, v FROM tenant_ow.a;
CREATE TABLE tenant_ow.pt (id int) PARTITION BY LIST (id);
CREATE TABLE tenant_ow.p1 PARTITION OF tenant_ow.pt FOR VALUES IN (1);
SET search_path = tenant_ow;
CREATE TABLE unqualified ("Odd ""Name" int);
CREATE TABLE "Odd ""Table" (a int);
RESET search_path;
DO $$ BEGIN EXECUTE 'CREATE TABLE tenant_ow.dynamic (a int)'; END $$;
BEGIN;
SAVEPOINT s;
CREATE TABLE tenant_ow.rolled_back (a int);
ROLLBACK TO s;
CREATE TABLE tenant_ow.kept (a int);
COMMIT;
SELECT pg_describe_object(classid, objid, 0) AS object FROM pg_shdepend
 WHERE refobjid = 'tenant_ow'::regrole AND deptype = 'o' ORDER BY 1;
SELECT relname FROM pg_class WHERE relnamespace = 'tenant_ow'::regnamespace AND relowner <> 'tenant_ow'::regrole;
-- an explicit change of owner stands
ALTER TABLE tenant_ow.b OWNER TO postgres;
ALTER TABLE tenant_ow.b ADD COLUMN x int;
SELECT relowner::regrole FROM pg_class WHERE oid = 'tenant_ow.b'::regclass;
-- elsewhere nothing is touched
CREATE TABLE public.ow_shared (a int);
SELECT relowner::regrole FROM pg_class WHERE oid = 'public.ow_shared'::regclass;
DROP TABLE public.ow_shared;
\c - ow_app
SET tenancy.tenant = 'ow';
INSERT INTO a (v) VALUES ('usable') RETURNING id;
SELECT f(), nextval('s');
ALTER TABLE a ADD COLUMN w int;
-- a tenant's functions are for the tenant
\c - postgres
SELECT has_function_privilege('ow_app', 'tenant_ow.f(int)', 'EXECUTE') AS for_others;
CREATE FUNCTION tenant_ow.open() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION tenant_ow.open() TO PUBLIC;
SELECT has_function_privilege('ow_app', 'tenant_ow.open()', 'EXECUTE') AS granted_stands;
CREATE TYPE tenant_ow.r AS RANGE (SUBTYPE = int);
SELECT slug FROM tenancy.drop('ow');
DROP ROLE ow_app;
