-- Existing schemas under management: with transfer of ownership, and without.
CREATE ROLE ad_ops LOGIN IN ROLE tenancy_admin;
CREATE ROLE ad_shop LOGIN IN ROLE tenancy_app;
CREATE ROLE ad_reader LOGIN;

CREATE SCHEMA ad_legacy AUTHORIZATION ad_shop;
SET ROLE ad_shop;
CREATE TABLE ad_legacy.x (id serial PRIMARY KEY, v text);
CREATE TABLE ad_legacy.parts (id int) PARTITION BY LIST (id);
CREATE TABLE ad_legacy.part PARTITION OF ad_legacy.parts DEFAULT;
INSERT INTO ad_legacy.x (v) VALUES ('old');
GRANT SELECT ON ad_legacy.x TO ad_reader;
CREATE VIEW ad_legacy.v AS SELECT v FROM ad_legacy.x;
CREATE MATERIALIZED VIEW ad_legacy.m AS SELECT v FROM ad_legacy.x;
CREATE FUNCTION ad_legacy.f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE PROCEDURE ad_legacy.p() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE ad_legacy.agg (int) (SFUNC = int4pl, STYPE = int);
CREATE TYPE ad_legacy.e AS ENUM ('a');
CREATE TYPE ad_legacy.c AS (a int);
CREATE TYPE ad_legacy.r AS RANGE (SUBTYPE = int);
CREATE DOMAIN ad_legacy.d AS int;
CREATE OPERATOR ad_legacy.|+| (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);
CREATE STATISTICS ad_legacy.st ON id, v FROM ad_legacy.x;
CREATE TEXT SEARCH CONFIGURATION ad_legacy.ts (COPY = pg_catalog.simple);
CREATE TEXT SEARCH DICTIONARY ad_legacy.td (TEMPLATE = simple);
CREATE COLLATION ad_legacy.co FROM "C";
CREATE CONVERSION ad_legacy.cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
RESET ROLE;

\c - ad_ops
SELECT slug, schema_name, status FROM tenancy.adopt('ad_legacy');
\c - postgres
-- everything is the tenant role's, and grants are as they were
SELECT pg_describe_object(classid, objid, 0), owner.rolname FROM pg_shdepend d JOIN pg_roles owner ON owner.oid = d.refobjid
 WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND d.deptype = 'o'
   AND d.refobjid IN ('ad_shop'::regrole, 'tenant_ad_legacy'::regrole)
   AND pg_describe_object(classid, objid, 0) NOT LIKE 'type %multirange'
 ORDER BY 1;
SELECT typname FROM pg_type WHERE typnamespace = 'tenant_ad_legacy'::regnamespace AND typowner <> 'tenant_ad_legacy'::regrole;
SELECT relname, grantor::regrole, grantee::regrole, privilege_type FROM pg_class, aclexplode(relacl)
 WHERE relname = 'x' AND relnamespace = 'tenant_ad_legacy'::regnamespace AND grantee <> relowner;
SELECT nspacl FROM pg_namespace WHERE nspname = 'tenant_ad_legacy';
\c - ad_shop
SELECT * FROM tenant_ad_legacy.x;
SET tenancy.tenant = 'ad-legacy';
SELECT * FROM x;
INSERT INTO x (v) VALUES ('new') RETURNING v;

-- bad input
\c - ad_ops
\set VERBOSITY terse
SELECT tenancy.adopt('tenant_ad_legacy');
SELECT tenancy.adopt('public');
SELECT tenancy.adopt('pg_catalog');
SELECT tenancy.adopt('tenancy');
SELECT tenancy.adopt('no_such_schema');
SELECT tenancy.adopt(NULL);
SELECT tenancy.adopt(0::oid);
SELECT tenancy.adopt('public', 'Bad');
\c - postgres
CREATE SCHEMA "Ad Odd" AUTHORIZATION ad_shop;
CREATE SCHEMA ad_other AUTHORIZATION ad_shop;
CREATE SCHEMA ad_root;
\c - ad_ops
SELECT tenancy.adopt('"Ad Odd"');
SELECT slug, schema_name FROM tenancy.adopt('"Ad Odd"', slug => 'ad-odd');
SELECT tenancy.adopt('ad_other', slug => 'ad-odd');
-- an operator takes no superuser's schema, nor another tenant's
SELECT tenancy.adopt('ad_root');
SELECT tenancy.adopt('tenant_ad_odd', slug => 'ad-stolen');
SELECT tenancy.adopt('tenant_ad_odd');
\c - postgres
SELECT tenancy.adopt('ad_root', keep_owner => true);
DROP SCHEMA ad_root;
\c - ad_ops
SELECT slug FROM tenancy.list() WHERE slug LIKE 'ad-%' ORDER BY 1;

-- nor one whose rights would pass to the tenant
\c - postgres
CREATE ROLE ad_boss IN ROLE tenancy_admin;
ALTER SCHEMA ad_other OWNER TO ad_boss;
\c - ad_ops
\set VERBOSITY default
SELECT tenancy.adopt('ad_other', keep_owner => true);
\c - postgres
REVOKE tenancy_admin FROM ad_boss;
CREATE ROLE ad_solo LOGIN;
\c - ad_ops
SELECT slug FROM tenancy.adopt('ad_other', keep_owner => true);
\c - postgres
GRANT tenant_ad_other TO ad_solo;
\c - ad_solo
SET tenancy.tenant = 'ad-other';
\c - postgres
GRANT tenancy_auditor TO ad_boss;
\c - ad_solo
SET tenancy.tenant = 'ad-other';
\c - postgres
REVOKE tenancy_auditor FROM ad_boss;
GRANT tenancy_app TO ad_boss;
-- a login that was granted one tenant's role does not become the owner's equal
\c - ad_solo
SET tenancy.tenant = 'ad-legacy';
SET tenancy.tenant = 'ad-other';
SELECT tenancy.suspend('ad-legacy');
SELECT tenancy.current_tenant();
\set VERBOSITY terse

-- one shared role owns all: the hooks stand alone
\c - postgres
CREATE SCHEMA tenant_ad_one AUTHORIZATION ad_shop;
CREATE SCHEMA tenant_ad_two AUTHORIZATION ad_shop;
SET ROLE ad_shop;
CREATE TABLE tenant_ad_one.t AS SELECT 'one' AS v;
CREATE TABLE tenant_ad_two.t AS SELECT 'two' AS v;
CREATE FUNCTION tenant_ad_two.f() RETURNS SETOF tenant_ad_two.t LANGUAGE sql AS 'SELECT * FROM tenant_ad_two.t';
RESET ROLE;
\c - ad_ops
SELECT slug FROM tenancy.adopt('tenant_ad_one', keep_owner => true);
SELECT slug FROM tenancy.adopt('tenant_ad_two', keep_owner => true);
\c - ad_shop
SELECT * FROM tenant_ad_two.t;
SET tenancy.tenant = 'ad-one';
SELECT current_user, v FROM t;
INSERT INTO t VALUES ('more');
CREATE TABLE mine (a int);
ALTER TABLE t ADD COLUMN w int;
SELECT * FROM tenant_ad_two.t;
INSERT INTO tenant_ad_two.t VALUES ('x');
SELECT * FROM tenant_ad_two.f();
CREATE TABLE tenant_ad_two.mine (a int);
CREATE TABLE public.ad_mine (a int);
ALTER TABLE tenant_ad_two.t ADD COLUMN w int;
DROP TABLE tenant_ad_two.t;
DROP SCHEMA tenant_ad_two CASCADE;
ALTER SCHEMA tenant_ad_two RENAME TO x;
TRUNCATE tenant_ad_two.t;
LOCK TABLE tenant_ad_two.t;
GRANT SELECT ON tenant_ad_two.t TO PUBLIC;
COMMENT ON TABLE tenant_ad_two.t IS 'x';
SELECT * FROM tenant_ad_legacy.x;
RESET tenancy.tenant;
-- unbound, the shared owner reaches none of what it owns
SELECT * FROM tenant_ad_two.t;
CREATE TABLE tenant_ad_two.mine (a int);
ALTER TABLE tenant_ad_two.t ADD COLUMN w int;
DROP TABLE tenant_ad_two.t;
DROP SCHEMA tenant_ad_two CASCADE;
ALTER SCHEMA tenant_ad_two RENAME TO x;
GRANT USAGE ON SCHEMA tenant_ad_two TO PUBLIC;
COMMENT ON SCHEMA tenant_ad_two IS 'x';
ALTER DEFAULT PRIVILEGES IN SCHEMA tenant_ad_two GRANT SELECT ON TABLES TO PUBLIC;
DROP OWNED BY ad_shop CASCADE;
\c - postgres
SELECT v FROM tenant_ad_two.t;
-- what an administrator makes there becomes the shared owner's
CREATE TABLE tenant_ad_one.later (id serial PRIMARY KEY);
SELECT relname, relowner::regrole FROM pg_class WHERE relnamespace = 'tenant_ad_one'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1;
SELECT d.slug, d.objects, d.rows FROM tenancy.list() l, LATERAL tenancy.drop(l.slug) d WHERE l.slug LIKE 'ad-%' AND l.status = 'active' ORDER BY 1;
DROP ROLE ad_solo, ad_boss, ad_ops, ad_shop, ad_reader;
