-- The registry keeps itself in order whoever writes to it.
SET timezone = 'UTC';
INSERT INTO tenancy.tenants (slug, schema_name) VALUES ('reg-one', 'tenant_reg_one')
RETURNING slug, schema_name, status, plan_tier, created_at = updated_at AS fresh, deleted_at, admin_email;

-- constraints
\set VERBOSITY terse
INSERT INTO tenancy.tenants (slug, schema_name) VALUES ('Reg', 'tenant_Reg');
INSERT INTO tenancy.tenants (slug, schema_name) VALUES ('', 'tenant_');
INSERT INTO tenancy.tenants (slug, schema_name) VALUES (repeat('a', 57), 'tenant_' || repeat('a', 56));
INSERT INTO tenancy.tenants (slug, schema_name) VALUES ('reg-two', 'tenant_other');
INSERT INTO tenancy.tenants (slug, schema_name, status) VALUES ('reg-two', 'tenant_reg_two', 'asleep');
INSERT INTO tenancy.tenants (slug, schema_name) VALUES ('reg-one', 'tenant_reg_one');

\set VERBOSITY default
-- updated_at maintains itself, whatever is written to it
UPDATE tenancy.tenants SET created_at = '2001-01-01', updated_at = '2001-01-01', plan_tier = 'pro'
 WHERE slug = 'reg-one';
SELECT plan_tier, updated_at > now() - interval '1 minute' AS maintained FROM tenancy.tenants WHERE slug = 'reg-one';

-- what names the schema and the role stays
UPDATE tenancy.tenants SET slug = 'reg-new', schema_name = 'tenant_reg_new' WHERE slug = 'reg-one';
UPDATE tenancy.tenants SET schema_name = 'tenant_reg_new' WHERE slug = 'reg-one';
UPDATE tenancy.tenants SET id = gen_random_uuid() WHERE slug = 'reg-one';

-- trigger functions are for triggers
SELECT tenancy.tenants_changed();
SELECT tenancy.tenants_before_write();

-- A row alone makes no tenant: there is neither schema nor role.
SET tenancy.tenant = 'reg-one';
DELETE FROM tenancy.tenants WHERE slug = 'reg-one';

-- operators write, auditors read
SELECT slug FROM tenancy.provision('reg-acl');
CREATE ROLE reg_admin LOGIN IN ROLE tenancy_admin;
CREATE ROLE reg_auditor LOGIN IN ROLE tenancy_auditor;
CREATE ROLE reg_app LOGIN IN ROLE tenancy_app;
\c - reg_admin
UPDATE tenancy.tenants SET plan_tier = 'team', api_key_hash = 'secret' WHERE slug = 'reg-acl' RETURNING slug, plan_tier;
DELETE FROM tenancy.tenants;
\c - reg_auditor
SELECT slug, plan_tier FROM tenancy.tenants;
UPDATE tenancy.tenants SET plan_tier = 'free';
SELECT slug FROM tenancy.list();
SELECT slug FROM tenancy.provision('reg-x');
\c - reg_app
SELECT slug FROM tenancy.tenants;
SELECT slug FROM tenancy.list();
SELECT slug FROM tenancy.provision('reg-x');
SELECT tenancy.reset_stats();
-- bound, a session sees its own row, and not the secrets in it
SET tenancy.tenant = 'reg-acl';
SELECT slug, plan_tier FROM tenancy.tenants;
SELECT api_key_hash FROM tenancy.tenants;
UPDATE tenancy.tenants SET plan_tier = 'enterprise';
\c - postgres
SELECT slug, objects, rows FROM tenancy.drop('reg-acl');
DROP ROLE reg_admin, reg_auditor, reg_app;
