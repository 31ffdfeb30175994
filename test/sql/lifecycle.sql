-- Provision, suspend, activate, drop: for members of tenancy_admin, from a plain SELECT.
CREATE ROLE lc_ops LOGIN IN ROLE tenancy_admin;
\c - lc_ops
SELECT slug, schema_name, status, plan_tier, admin_email, allowed_domains, max_agents, storage_limit_gb
  FROM tenancy.provision('lc-full', admin_email => 'a@b.c', plan_tier => 'pro', allowed_domains => '{b.c,"d e"}',
                         max_agents => 5, storage_limit_gb => 10);
SELECT nspname, nspowner::regrole, nspacl FROM pg_namespace WHERE nspname = 'tenant_lc_full';
SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles
 WHERE rolname = 'tenant_lc_full';
SELECT defaclobjtype, defaclacl FROM pg_default_acl WHERE defaclrole = 'tenant_lc_full'::regrole ORDER BY 1;

-- bad input: a clear error each, nothing half made
\set VERBOSITY sqlstate
SELECT tenancy.provision(NULL);
\set VERBOSITY default
SELECT tenancy.provision('');
SELECT tenancy.provision(repeat('a', 57));
SELECT tenancy.provision('Acme');
SELECT tenancy.provision('a_b');
SELECT tenancy.provision('müller');
SELECT tenancy.provision('a"b');
SELECT tenancy.provision('a''b');
SELECT tenancy.provision('lc-long', plan_tier => repeat('x', 21), api_key_hash => 'secret');
SELECT slug FROM tenancy.provision('9lc');
SELECT slug FROM tenancy.provision('-lc');
SELECT slug FROM tenancy.provision(repeat('z', 56));
\set VERBOSITY sqlstate
SELECT tenancy.provision('lc-full');
\set VERBOSITY default
\c - postgres
CREATE SCHEMA tenant_lc_schema;
CREATE ROLE tenant_lc_role;
\c - lc_ops
\set VERBOSITY sqlstate
SELECT tenancy.provision('lc-schema');
SELECT tenancy.provision('lc-role');
\set VERBOSITY default
SELECT slug FROM tenancy.list() WHERE slug LIKE '%lc%' ORDER BY 1;
SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant%lc%' ORDER BY 1;
\c - postgres
DROP SCHEMA tenant_lc_schema;
DROP ROLE tenant_lc_role;
\c - lc_ops

-- all or nothing, within a transaction
BEGIN;
SELECT slug FROM tenancy.provision('lc-gone');
ROLLBACK;
SELECT count(*) FROM tenancy.list() WHERE slug = 'lc-gone';
SELECT count(*) FROM pg_roles WHERE rolname = 'tenant_lc_gone';

-- list, with sizes
BEGIN;
SET LOCAL tenancy.tenant = 'lc-full';
CREATE TABLE t AS SELECT generate_series(1, 1000) AS n;
COMMIT;
SELECT slug, schema_name, status, plan_tier, created_at IS NOT NULL AS created, size_bytes FROM tenancy.list() WHERE slug = 'lc-full';
SELECT slug, size_bytes > 8192 AS measured FROM tenancy.list(with_size => true) WHERE slug = 'lc-full';
SELECT tenancy.schema_size('tenant_nowhere');
SET enable_seqscan = off;
DO $$
DECLARE line text; used boolean := false;
BEGIN
    FOR line IN EXPLAIN SELECT * FROM tenancy.list() WHERE slug = 'lc-full' LOOP
        used := used OR line LIKE '%tenants_slug_key%';
    END LOOP;
    RAISE NOTICE 'a condition on the slug reaches the index: %', used;
END $$;
RESET enable_seqscan;

-- status
SELECT tenancy.suspend('lc-full', 'unpaid');
SELECT status FROM tenancy.list() WHERE slug = 'lc-full';
SELECT tenancy.suspend('lc-full');
SELECT tenancy.activate('lc-full');
SELECT status FROM tenancy.list() WHERE slug = 'lc-full';
\set VERBOSITY sqlstate
SELECT tenancy.suspend('nobody');
SELECT tenancy.activate(NULL);
\set VERBOSITY default

-- a change of status by plain SQL counts as well
UPDATE tenancy.tenants SET status = 'suspended' WHERE slug = 'lc-full';
SET tenancy.tenant = 'lc-full';
UPDATE tenancy.tenants SET status = 'active' WHERE slug = 'lc-full';
SET tenancy.tenant = 'lc-full';
RESET tenancy.tenant;

-- drop
\set VERBOSITY sqlstate
SELECT tenancy.drop('nobody');
\set VERBOSITY default
SELECT tenancy.drop('nobody', if_exists => true);
SELECT tenancy.drop(NULL);
BEGIN;
SELECT slug, objects, rows FROM tenancy.drop('lc-full');
ROLLBACK;
SELECT status FROM tenancy.list() WHERE slug = 'lc-full';
SELECT slug, objects, rows, bytes > 0 AS bytes, erased_by, forced FROM tenancy.drop('lc-full');
SELECT status, deleted_at IS NOT NULL AS deleted FROM tenancy.tenants WHERE slug = 'lc-full';
SELECT tenancy.activate('lc-full');
SELECT tenancy.drop('lc-full');
SET tenancy.tenant = 'lc-full';

-- what depends on the tenant from outside is not taken along unasked
SELECT slug FROM tenancy.provision('lc-dep');
\c - postgres
CREATE TABLE tenant_lc_dep.t (a int);
CREATE VIEW public.lc_report AS SELECT * FROM tenant_lc_dep.t;
\c - lc_ops
SELECT tenancy.drop('lc-dep');
SELECT slug, status FROM tenancy.list() WHERE slug = 'lc-dep';
SELECT slug, forced FROM tenancy.drop('lc-dep', force => true);
SELECT to_regclass('public.lc_report');

-- the name is free again; the tenant is a new one, and the record of the old one stays
SELECT slug FROM tenancy.provision('lc-full');
SELECT count(DISTINCT tenant_id) FROM tenancy.events WHERE slug = 'lc-full' AND event = 'provisioned';
SELECT count(*) FROM tenancy.erasures WHERE slug = 'lc-full';

SELECT d.slug FROM tenancy.list() l, LATERAL tenancy.drop(l.slug) d WHERE l.status <> 'deleted' ORDER BY 1;
\c - postgres
DROP ROLE lc_ops;
