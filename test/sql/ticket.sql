-- Tickets: with tenancy.require_ticket, nothing else binds.
CREATE ROLE ti_pool LOGIN IN ROLE tenancy_app;
ALTER ROLE ti_pool SET tenancy.rebind = 'transaction';
ALTER ROLE ti_pool SET tenancy.require_ticket = on;
CREATE ROLE ti_free LOGIN IN ROLE tenancy_app;
CREATE ROLE ti_own LOGIN;
ALTER ROLE ti_own SET tenancy.require_ticket = on;
CREATE ROLE ti_ops LOGIN IN ROLE tenancy_admin;
SELECT slug FROM tenancy.provision('ti-one');
SELECT slug FROM tenancy.provision('ti-two');
CREATE TABLE tenant_ti_one.t AS SELECT 'one' AS of;
CREATE TABLE tenant_ti_two.t AS SELECT 'two' AS of;
GRANT tenant_ti_one TO ti_own;

-- keys: for operators to make, for nobody to read
\c - ti_ops
SELECT tenancy.issue_ticket('ti-one');
SELECT tenancy.create_ticket_key('\x00');
SELECT tenancy.create_ticket_key(decode(repeat('ab', 65), 'hex'));
SELECT tenancy.create_ticket_key(decode(repeat('ab', 32), 'hex'));
SELECT tenancy.create_ticket_key();
SELECT * FROM tenancy.ticket_keys;
SELECT tenancy.retire_ticket_key(99);
SELECT tenancy.issue_ticket('ti-none');
SELECT tenancy.issue_ticket('Ti');
SELECT tenancy.issue_ticket(NULL);
SELECT tenancy.issue_ticket('ti-one', NULL);
SELECT tenancy.issue_ticket('ti-one', '0');
SELECT tenancy.issue_ticket('ti-one', '1 year');
SELECT tenancy.issue_ticket('ti-one', not_before => '1969-12-31');
SELECT tenancy.issue_ticket('ti-one', not_before => 'infinity');
SELECT tenancy.issue_ticket('ti-one') AS one,
       tenancy.issue_ticket('ti-two') AS two,
       tenancy.issue_ticket('ti-one', '1 month') AS month,
       tenancy.issue_ticket('ti-one', '1 hour', now() - interval '1 day') AS expired,
       tenancy.issue_ticket('ti-one', '1 hour', now() + interval '1 hour') AS early,
       tenancy.issue_ticket('ti-one', '1 hour', now() + interval '20 seconds') AS nearly \gset
SELECT length(:'one'), :'one' ~ '^ti-one\.[a-z2-7]{40}$' AS is_ticket;
SELECT slug, key_id, expires - not_before AS valid_for, problem FROM tenancy.inspect_ticket(:'one');
SELECT slug, problem FROM tenancy.inspect_ticket(:'expired');
SELECT slug, problem FROM tenancy.inspect_ticket(:'early');
SELECT * FROM tenancy.inspect_ticket('ti-one');
SELECT tenancy.inspect_ticket(NULL);
-- of another database: signed by the same key
SELECT slug, problem FROM tenancy.inspect_ticket('ti-one.aaawsvnzaaaa4eam3ac3brljif3ltpur7rzjgzgj');
-- the vectors of docs/tickets.md
\c - postgres
SELECT slug, key_id, not_before AT TIME ZONE 'UTC' AS not_before, expires - not_before AS valid_for
  FROM unnest(ARRAY['acme.aaawsvnzaaaa4eam3ac3brljif3ltpur7rzjgzgj',
                    repeat('a', 56) || '.777777777777774gvdjcaf3t4hkg2do2oarv6zve',
                    '0-x.aebaaaaaaaaaaakhuydlvbadmkd7tfebgnx5k4wk']) AS ticket,
       tenancy.inspect_ticket(ticket);

\c - ti_pool
SET tenancy.tenant = 'ti-one';
SET tenancy.tenant = 'ti-none';
SET tenancy.tenant = 'Not A Slug';
SELECT tenancy.bind('ti-one');
SELECT tenancy.issue_ticket('ti-one');
SELECT tenancy.create_ticket_key();
SELECT tenancy.inspect_ticket('ti-one');
SET tenancy.require_ticket = off;
SET tenancy.tenant = :'one';
SELECT * FROM t;
SELECT tenancy.current_tenant(), current_user;
-- nothing shows the ticket
SHOW tenancy.tenant;
SELECT current_setting('tenancy.tenant');
SELECT set_config('tenancy.tenant', :'one', false);
SELECT setting, reset_val, boot_val FROM pg_settings WHERE name = 'tenancy.tenant';
SELECT * FROM tenancy.ticket_keys;
SELECT count(*) FROM pg_catalog.pg_statistic WHERE starelid = 'tenancy.ticket_keys'::regclass;
-- the next transaction is another tenant's
SET tenancy.tenant = :'two';
SELECT * FROM t;
BEGIN;
SELECT * FROM t;
SET tenancy.tenant = :'one';
ROLLBACK;
SET tenancy.tenant = '';
BEGIN;
SET LOCAL tenancy.tenant = :'one';
SELECT * FROM t;
COMMIT;
SELECT * FROM t;
SELECT tenancy.bind(:'month', true) IS NOT NULL AS bound;
SELECT tenancy.bind(:'month') IS NOT NULL AS bound;
SELECT * FROM t;
SELECT tenancy.unbind();
SET tenancy.tenant = :'nearly';
SELECT * FROM t;
RESET tenancy.tenant;

-- what is wrong with a ticket, only its maker may know
SET tenancy.tenant = :'expired';
SET tenancy.tenant = :'early';
SELECT upper(:'one') AS upper, left(:'one', -1) AS cut, :'one' || 'a' AS longer,
       overlay(:'one' PLACING CASE substr(:'one', 30, 1) WHEN 'a' THEN 'b' ELSE 'a' END FROM 30) AS flipped,
       replace(:'one', 'ti-one', 'ti-two') AS stolen, replace(:'one', 'ti-one', 'ti-none') AS unknown,
       repeat('x', 10000) || '.' || repeat('y', 10000) AS huge, replace(:'one', '.', E'.\u00e9') AS accent \gset
SET tenancy.tenant = :'upper';
SET tenancy.tenant = :'cut';
SET tenancy.tenant = :'longer';
SET tenancy.tenant = :'flipped';
SET tenancy.tenant = :'stolen';
SET tenancy.tenant = :'unknown';
SET tenancy.tenant = :'huge';
SET tenancy.tenant = :'accent';
SET tenancy.tenant = '.';
SET tenancy.tenant = E'ti-one.\x01';
SELECT tenancy.bind(:'stolen');
SELECT tenancy.current_tenant();

-- a ticket says who is bound, and the role whether it may be
\c - ti_own
SET tenancy.tenant = :'two';
SET tenancy.tenant = 'ti-one';
SET tenancy.tenant = :'one';
SELECT * FROM t;

-- where none is required one is good, too
\c - ti_free
SET tenancy.tenant = :'stolen';
SET tenancy.tenant = :'one';
SELECT * FROM t;
SET tenancy.tenant = 'ti-one';
SELECT * FROM t;
SET tenancy.tenant = :'two';

-- a superuser can require one of himself
\c - postgres
SET tenancy.require_ticket = on;
SET tenancy.tenant = 'ti-one';
RESET tenancy.require_ticket;
SELECT tenancy.bind(:'one') IS NOT NULL AS bound;
SET tenancy.tenant = 'ti-one';
RESET tenancy.tenant;

-- suspension revokes for good
\c - ti_ops
SELECT tenancy.suspend('ti-two');
\c - ti_pool
SET tenancy.tenant = :'two';
\c - ti_ops
SELECT tenancy.activate('ti-two');
SELECT tenancy.issue_ticket('ti-two') AS new_two \gset
SELECT problem FROM tenancy.inspect_ticket(:'new_two');
\c - ti_pool
SET tenancy.tenant = :'two';
SET tenancy.tenant = :'new_two';
SELECT * FROM t;
\c - ti_ops
UPDATE tenancy.tenants SET status = 'suspended' WHERE slug = 'ti-two';
UPDATE tenancy.tenants SET status = 'active' WHERE slug = 'ti-two';
SELECT problem FROM tenancy.inspect_ticket(:'new_two');
SELECT tenancy.issue_ticket('ti-two') AS newer_two \gset
SELECT problem FROM tenancy.inspect_ticket(:'newer_two');
SELECT tenancy.revoke_tickets('ti-two');
SELECT problem FROM tenancy.inspect_ticket(:'newer_two');
SELECT tenancy.revoke_tickets('ti-none');
SELECT event FROM tenancy.events WHERE slug = 'ti-two' ORDER BY id;

-- a tenant that takes the slug has none of the tickets of the one before
SELECT tenancy.issue_ticket('ti-two') AS old_two \gset
SELECT slug FROM tenancy.drop('ti-two');
SELECT problem FROM tenancy.inspect_ticket(:'old_two');
SELECT tenancy.issue_ticket('ti-two');
SELECT slug FROM tenancy.provision('ti-two');
SELECT problem FROM tenancy.inspect_ticket(:'old_two');
\c - ti_pool
SET tenancy.tenant = :'old_two';

-- a key that is retired ends its tickets
\c - postgres
SELECT tenancy.retire_ticket_key(2);
SELECT tenancy.retire_ticket_key(2);
SELECT id, secret IS NULL AS no_secret, retired_at IS NOT NULL AS retired FROM tenancy.ticket_keys ORDER BY id;
SELECT key_id, problem FROM tenancy.inspect_ticket(:'one');
SELECT key_id, problem FROM tenancy.inspect_ticket(tenancy.issue_ticket('ti-one'));
SELECT tenancy.create_ticket_key();
INSERT INTO tenancy.ticket_keys VALUES (65535, decode(repeat('cd', 32), 'hex'));
SELECT tenancy.create_ticket_key();
TRUNCATE tenancy.ticket_keys;
SELECT tenancy.issue_ticket('ti-one');

-- a bound session has nothing of this
GRANT ALL ON tenancy.ticket_keys TO tenancy_tenant, tenancy_app;
\c - ti_free
SET tenancy.tenant = 'ti-one';
SELECT tenancy.create_ticket_key();
\c - postgres
SET tenancy.tenant = 'ti-one';
SELECT tenancy.create_ticket_key();
RESET tenancy.tenant;
REVOKE ALL ON tenancy.ticket_keys FROM tenancy_tenant, tenancy_app;

SELECT slug, refused_tickets FROM tenancy.stat_tenants WHERE slug ~ '^ti-' ORDER BY slug;

-- a binding that ends with its transaction
\c - postgres
ALTER ROLE ti_free SET tenancy.bind_scope = 'transaction';
\c - ti_free
SET tenancy.tenant = 'ti-one';
SELECT tenancy.bind('ti-one');
SELECT tenancy.current_tenant();
BEGIN;
SET LOCAL tenancy.tenant = 'ti-one';
SELECT * FROM t;
COMMIT;
BEGIN;
SET tenancy.tenant = 'ti-one';
SELECT * FROM t;
COMMIT;
SELECT tenancy.current_tenant();
BEGIN;
SELECT tenancy.bind('ti-one', true) IS NOT NULL AS bound;
SET tenancy.tenant = 'ti-one';
SET LOCAL tenancy.tenant = 'ti-one';
COMMIT;
BEGIN;
SET tenancy.tenant = 'ti-one';
ROLLBACK;
BEGIN;
SAVEPOINT a;
SET tenancy.tenant = 'ti-one';
ROLLBACK TO a;
COMMIT;

\c - postgres
SELECT slug FROM tenancy.drop('ti-one');
SELECT slug FROM tenancy.drop('ti-two');
DROP ROLE ti_pool, ti_free, ti_own, ti_ops;
