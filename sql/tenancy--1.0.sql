/* sql/tenancy--1.0.sql */

-- complain if the script is sourced in psql rather than by CREATE EXTENSION
\echo Use "CREATE EXTENSION tenancy" to load this file. \quit

--
-- Roles.  They belong to the cluster, so they may be there already, and they stay
-- when the extension goes.
--
DO $roles$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['tenancy_admin', 'tenancy_app', 'tenancy_auditor', 'tenancy_tenant']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
    END LOOP;
END
$roles$;

GRANT USAGE ON SCHEMA tenancy TO PUBLIC;

--
-- The registry.
--
CREATE TABLE tenancy.tenants (
    id                     uuid PRIMARY KEY DEFAULT pg_catalog.gen_random_uuid(),
    slug                   varchar(63) NOT NULL UNIQUE,
    schema_name            varchar(63) NOT NULL UNIQUE,
    status                 varchar(20) NOT NULL DEFAULT 'active',
    plan_tier              varchar(20) NOT NULL DEFAULT 'free',
    created_at             timestamptz NOT NULL DEFAULT pg_catalog.now(),
    updated_at             timestamptz NOT NULL DEFAULT pg_catalog.now(),
    deleted_at             timestamptz,
    allowed_domains        text[],
    api_key_hash           text,
    max_agents             integer,
    max_tasks_per_month    integer,
    storage_limit_gb       integer,
    stripe_customer_id     varchar(255),
    stripe_subscription_id varchar(255),
    admin_email            varchar(255),
    tickets_after          timestamptz,
    CONSTRAINT valid_slug CHECK (slug COLLATE "C" ~ '^[a-z0-9-]+$' AND pg_catalog.length(slug) <= 56),
    CONSTRAINT valid_schema_name CHECK (schema_name = 'tenant_' || pg_catalog.replace(slug, '-', '_')),
    CONSTRAINT valid_status CHECK (status IN ('active', 'suspended', 'deleted'))
);

-- The library looks a tenant up here: its scan keys have collation "C".
CREATE INDEX tenants_lookup_idx ON tenancy.tenants (slug COLLATE "C");
CREATE INDEX tenants_active_idx ON tenancy.tenants (slug) WHERE status = 'active';
CREATE INDEX tenants_stripe_customer_id_idx ON tenancy.tenants (stripe_customer_id);

COMMENT ON TABLE tenancy.tenants IS 'registry of tenants, one row each';
COMMENT ON COLUMN tenancy.tenants.tickets_after IS 'tickets that were valid by then have been revoked';

CREATE FUNCTION tenancy.tenants_changed() RETURNS trigger
LANGUAGE C AS 'MODULE_PATHNAME', 'tenancy_tenants_changed';
COMMENT ON FUNCTION tenancy.tenants_changed() IS 'trigger of the registry and of keys: makes every session look again';

CREATE FUNCTION tenancy.tenants_before_write() RETURNS trigger
LANGUAGE C AS 'MODULE_PATHNAME', 'tenancy_tenants_before_write';
COMMENT ON FUNCTION tenancy.tenants_before_write() IS
'trigger of the registry: maintains updated_at, revokes the tickets of who is suspended, and keeps id, slug and schema name as they are';

CREATE TRIGGER tenants_before_write BEFORE UPDATE ON tenancy.tenants
FOR EACH ROW EXECUTE FUNCTION tenancy.tenants_before_write();

CREATE TRIGGER tenants_changed AFTER INSERT OR UPDATE OR DELETE ON tenancy.tenants
FOR EACH ROW EXECUTE FUNCTION tenancy.tenants_changed();

CREATE TRIGGER tenants_truncated AFTER TRUNCATE ON tenancy.tenants
FOR EACH STATEMENT EXECUTE FUNCTION tenancy.tenants_changed();

-- Rows that logical replication brings must reach the sessions too; it fires row triggers only.
ALTER TABLE tenancy.tenants ENABLE ALWAYS TRIGGER tenants_changed;
ALTER TABLE tenancy.tenants ENABLE ALWAYS TRIGGER tenants_truncated;

--
-- What has been erased, and what has happened.
--
CREATE TABLE tenancy.erasures (
    id           uuid PRIMARY KEY DEFAULT pg_catalog.gen_random_uuid(),
    tenant_id    uuid NOT NULL,
    slug         varchar(63) NOT NULL,
    schema_name  varchar(63) NOT NULL,
    objects      bigint NOT NULL DEFAULT 0,
    rows         bigint NOT NULL DEFAULT 0,
    bytes        bigint NOT NULL DEFAULT 0,
    started_at   timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at  timestamptz,
    erased_by    name NOT NULL,
    forced       boolean NOT NULL DEFAULT false
);
CREATE INDEX erasures_slug_idx ON tenancy.erasures (slug);
CREATE INDEX erasures_tenant_id_idx ON tenancy.erasures (tenant_id);
COMMENT ON TABLE tenancy.erasures IS 'record of every tenant dropped: what was erased, when, by whom';

CREATE TABLE tenancy.events (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    slug       varchar(63) NOT NULL,
    event      text NOT NULL,
    detail     text,
    actor      name NOT NULL,
    at         timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
CREATE INDEX events_slug_idx ON tenancy.events (slug, id);
COMMENT ON TABLE tenancy.events IS 'lifecycle events of tenants; each is also sent as NOTIFY tenancy_events';

SELECT pg_catalog.pg_extension_config_dump('tenancy.tenants', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.erasures', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.events', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.events_id_seq', '');

--
-- The audit trail.  The library writes the three tables past triggers, rules, defaults and constraints; what
-- somebody puts on them does not run.  Each database has a chain, with a partition of its own and one of that for
-- each month.  No index or constraint on the table itself: pg_dump could not restore its partitions.
--
CREATE TABLE tenancy.audit_log (
    chain             integer NOT NULL,
    id                bigint NOT NULL,
    at                timestamptz NOT NULL,
    class             text NOT NULL,
    action            text,
    outcome           text NOT NULL,
    sqlstate          text,
    tenant            text,
    schema_name       text,
    session_role      text,
    effective_role    text,
    application_name  text,
    client            inet,
    pid               integer,
    transaction_id    bigint,
    objects           text[],
    rows              bigint,
    detail            text,
    query             text,
    hash              bytea NOT NULL
) PARTITION BY LIST (chain);
COMMENT ON TABLE tenancy.audit_log IS 'audit trail: one row an event, each with a hash over itself and the one before';

CREATE TABLE tenancy.audit_chains (
    chain      integer PRIMARY KEY,
    head_id    bigint NOT NULL,
    head_hash  bytea NOT NULL,
    ring       bigint NOT NULL,
    position   bigint NOT NULL,
    dropped    bigint NOT NULL,
    database   oid NOT NULL,
    system     bigint NOT NULL,
    begun_at   timestamptz NOT NULL
) WITH (fillfactor = 10);
COMMENT ON TABLE tenancy.audit_chains IS 'chains of the audit trail: the newest row of each, and what the worker has read';

CREATE TABLE tenancy.audit_anchors (
    chain      integer NOT NULL,
    first_id   bigint NOT NULL,
    last_id    bigint NOT NULL,
    last_hash  bytea NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (chain, first_id)
);
COMMENT ON TABLE tenancy.audit_anchors IS 'ranges of the audit trail that were dropped by age, and the last hash of each';

-- Row security keeps pg_read_all_data from the trail.
ALTER TABLE tenancy.audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON tenancy.audit_log FOR SELECT TO tenancy_admin, tenancy_auditor USING (true);

-- They stay a superuser's if whoever makes the extension is none some day.
DO $owner$
DECLARE
    relation text;
BEGIN
    FOR relation IN VALUES ('audit_log'), ('audit_chains'), ('audit_anchors') LOOP
        EXECUTE pg_catalog.format('ALTER TABLE tenancy.%I OWNER TO %s', relation, (10::oid)::regrole);
    END LOOP;
END
$owner$;

SELECT pg_catalog.pg_extension_config_dump('tenancy.audit_chains', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.audit_anchors', '');

CREATE FUNCTION tenancy.audit_head(OUT chain integer, OUT id bigint, OUT hash bytea)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT c.chain, c.head_id, c.head_hash
      FROM tenancy.audit_chains c
     WHERE c.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
       AND c.system = (SELECT s.system_identifier FROM pg_catalog.pg_control_system() s)
     ORDER BY c.head_id DESC
     LIMIT 1;
END;
COMMENT ON FUNCTION tenancy.audit_head() IS
'the newest row of the audit trail, to be written down outside of the database';

CREATE FUNCTION tenancy.audit_verify(
    only_chain integer DEFAULT NULL,
    from_id bigint DEFAULT 1,
    known_id bigint DEFAULT NULL,
    known_hash bytea DEFAULT NULL
) RETURNS TABLE (chain integer, first_id bigint, last_id bigint, ok boolean, problem text)
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'tenancy_audit_verify';
COMMENT ON FUNCTION tenancy.audit_verify(integer, bigint, bigint, bytea) IS
'checks the audit trail against its hashes: ranges that are in order, and what was changed, removed or added';

CREATE FUNCTION tenancy.audit_statistics(
    OUT pending bigint,
    OUT pending_bytes bigint,
    OUT ring_bytes bigint,
    OUT dropped bigint,
    OUT refused bigint,
    OUT written bigint,
    OUT last_written timestamptz
)
LANGUAGE C VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_audit_statistics';
COMMENT ON FUNCTION tenancy.audit_statistics() IS
'how the audit trail of this database fares since the server started: what waits, what found no room, what was written';

--
-- Binding.
--
CREATE FUNCTION tenancy.bind(slug text, is_local boolean DEFAULT false) RETURNS uuid
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_bind';
COMMENT ON FUNCTION tenancy.bind(text, boolean) IS
'binds the session, or with is_local the transaction, to a tenant; returns its id';

CREATE FUNCTION tenancy.unbind() RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_unbind';
COMMENT ON FUNCTION tenancy.unbind() IS 'ends the binding, as RESET tenancy.tenant does';

CREATE FUNCTION tenancy.current_tenant() RETURNS text
LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_current_tenant';
COMMENT ON FUNCTION tenancy.current_tenant() IS 'slug of the tenant that the session is bound to, or null';

CREATE FUNCTION tenancy.current_tenant_id() RETURNS uuid
LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_current_tenant_id';
COMMENT ON FUNCTION tenancy.current_tenant_id() IS 'id of the tenant that the session is bound to, or null';

-- It remembers in the session who has called, which is no parallel worker's.
CREATE FUNCTION tenancy.pooler_probe(client text DEFAULT NULL, OUT "check" text, OUT ok boolean, OUT detail text)
RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 6 AS 'MODULE_PATHNAME', 'tenancy_pooler_probe';
COMMENT ON FUNCTION tenancy.pooler_probe(text) IS
    'checks how the session is bound and shared, for each client of a connection pooler to call';

--
-- Tickets.  The keys are for superusers alone, and not for dumps; row security keeps pg_read_all_data from them.
--
CREATE TABLE tenancy.ticket_keys (
    id          integer PRIMARY KEY CHECK (id BETWEEN 1 AND 65535),
    secret      bytea CHECK (pg_catalog.length(secret) BETWEEN 32 AND 64),
    created_at  timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    retired_at  timestamptz,
    CONSTRAINT secret_until_retired CHECK (secret IS NOT NULL OR retired_at IS NOT NULL)
);
ALTER TABLE tenancy.ticket_keys ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE tenancy.ticket_keys IS 'keys that tickets are signed with; unreadable to all but superusers';

CREATE TRIGGER ticket_keys_changed AFTER INSERT OR UPDATE OR DELETE ON tenancy.ticket_keys
FOR EACH ROW EXECUTE FUNCTION tenancy.tenants_changed();
CREATE TRIGGER ticket_keys_truncated AFTER TRUNCATE ON tenancy.ticket_keys
FOR EACH STATEMENT EXECUTE FUNCTION tenancy.tenants_changed();
ALTER TABLE tenancy.ticket_keys ENABLE ALWAYS TRIGGER ticket_keys_changed;
ALTER TABLE tenancy.ticket_keys ENABLE ALWAYS TRIGGER ticket_keys_truncated;

CREATE FUNCTION tenancy.create_ticket_key(secret bytea DEFAULT NULL) RETURNS integer
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_create_ticket_key';
COMMENT ON FUNCTION tenancy.create_ticket_key(bytea) IS
'makes a key to sign tickets with, random unless given; returns its id';

CREATE FUNCTION tenancy.retire_ticket_key(id integer) RETURNS void
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_retire_ticket_key';
COMMENT ON FUNCTION tenancy.retire_ticket_key(integer) IS
'ends a key, and with it all tickets that it has signed';

CREATE FUNCTION tenancy.issue_ticket(
    slug text,
    valid_for interval DEFAULT '1 hour',
    not_before timestamptz DEFAULT NULL
) RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_issue_ticket';
COMMENT ON FUNCTION tenancy.issue_ticket(text, interval, timestamptz) IS
'makes a ticket that binds a tenant, signed with the newest key';

CREATE FUNCTION tenancy.revoke_tickets(slug text) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_revoke_tickets';
COMMENT ON FUNCTION tenancy.revoke_tickets(text) IS 'ends all tickets of a tenant that are valid by now';

CREATE FUNCTION tenancy.inspect_ticket(
    ticket text,
    OUT slug text,
    OUT key_id integer,
    OUT not_before timestamptz,
    OUT expires timestamptz,
    OUT problem text
)
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_inspect_ticket';
COMMENT ON FUNCTION tenancy.inspect_ticket(text) IS
'what a ticket says, and what is wrong with it at this moment';

--
-- JSON web tokens.  As for the keys of tickets.
--
CREATE TABLE tenancy.jwt_keys (
    kid         text PRIMARY KEY,
    algorithm   text NOT NULL CHECK (algorithm IN ('HS256', 'RS256', 'ES256', 'EdDSA')),
    secret      bytea,
    public_key  text,
    created_at  timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    retired_at  timestamptz,
    CONSTRAINT secret_or_public_key CHECK (CASE algorithm WHEN 'HS256' THEN public_key IS NULL ELSE secret IS NULL END),
    CONSTRAINT key_until_retired CHECK (secret IS NOT NULL OR public_key IS NOT NULL OR retired_at IS NOT NULL)
);
ALTER TABLE tenancy.jwt_keys ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE tenancy.jwt_keys IS 'keys that JSON web tokens are signed with; unreadable to all but superusers';

CREATE TRIGGER jwt_keys_changed AFTER INSERT OR UPDATE OR DELETE ON tenancy.jwt_keys
FOR EACH ROW EXECUTE FUNCTION tenancy.tenants_changed();
CREATE TRIGGER jwt_keys_truncated AFTER TRUNCATE ON tenancy.jwt_keys
FOR EACH STATEMENT EXECUTE FUNCTION tenancy.tenants_changed();
ALTER TABLE tenancy.jwt_keys ENABLE ALWAYS TRIGGER jwt_keys_changed;
ALTER TABLE tenancy.jwt_keys ENABLE ALWAYS TRIGGER jwt_keys_truncated;

CREATE FUNCTION tenancy.create_jwt_key(
    kid text,
    algorithm text,
    secret bytea DEFAULT NULL,
    public_key text DEFAULT NULL
) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_create_jwt_key';
COMMENT ON FUNCTION tenancy.create_jwt_key(text, text, bytea, text) IS
'makes known a key that JSON web tokens are signed with: a secret, or a public key in PEM';

CREATE FUNCTION tenancy.retire_jwt_key(kid text) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_retire_jwt_key';
COMMENT ON FUNCTION tenancy.retire_jwt_key(text) IS
'ends a key: JSON web tokens that it has signed are refused';

CREATE FUNCTION tenancy.bind_jwt(token text, is_local boolean DEFAULT false) RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_bind_jwt';
COMMENT ON FUNCTION tenancy.bind_jwt(text, boolean) IS
'binds the session, or with is_local the transaction, by a JSON web token; returns a ticket for the same tenant and time';

--
-- Quotas.  The library reads the first two tables as it reads the registry.
--
CREATE TABLE tenancy.quotas (
    tenant_id  uuid,
    kind       text,
    soft       bigint CHECK (soft >= 0),
    hard       bigint CHECK (hard >= 0),
    period     text CHECK (period IN ('total', 'hour', 'day', 'month')),
    PRIMARY KEY (tenant_id, kind)
);
COMMENT ON TABLE tenancy.quotas IS 'limits of single tenants';

CREATE TABLE tenancy.plan_quotas (
    plan_tier  varchar(20) COLLATE "C",
    kind       text,
    soft       bigint CHECK (soft >= 0),
    hard       bigint CHECK (hard >= 0),
    period     text CHECK (period IN ('total', 'hour', 'day', 'month')),
    PRIMARY KEY (plan_tier, kind)
);
COMMENT ON TABLE tenancy.plan_quotas IS 'limits of all tenants of a plan that have none of their own';

-- One row is written again and again: with room beside it, in its page.
CREATE TABLE tenancy.usage (
    tenant_id     uuid,
    kind          text,
    period        text CHECK (period IN ('total', 'hour', 'day', 'month')),
    period_start  timestamptz,
    used          bigint NOT NULL CHECK (used >= 0),
    PRIMARY KEY (tenant_id, kind, period, period_start)
) WITH (fillfactor = 50);
COMMENT ON TABLE tenancy.usage IS 'what applications have counted for tenants, by period';

CREATE TRIGGER quotas_changed AFTER INSERT OR UPDATE OR DELETE ON tenancy.quotas
FOR EACH ROW EXECUTE FUNCTION tenancy.tenants_changed();
CREATE TRIGGER quotas_truncated AFTER TRUNCATE ON tenancy.quotas
FOR EACH STATEMENT EXECUTE FUNCTION tenancy.tenants_changed();
ALTER TABLE tenancy.quotas ENABLE ALWAYS TRIGGER quotas_changed;
ALTER TABLE tenancy.quotas ENABLE ALWAYS TRIGGER quotas_truncated;
CREATE TRIGGER plan_quotas_changed AFTER INSERT OR UPDATE OR DELETE ON tenancy.plan_quotas
FOR EACH ROW EXECUTE FUNCTION tenancy.tenants_changed();
CREATE TRIGGER plan_quotas_truncated AFTER TRUNCATE ON tenancy.plan_quotas
FOR EACH STATEMENT EXECUTE FUNCTION tenancy.tenants_changed();
ALTER TABLE tenancy.plan_quotas ENABLE ALWAYS TRIGGER plan_quotas_changed;
ALTER TABLE tenancy.plan_quotas ENABLE ALWAYS TRIGGER plan_quotas_truncated;

SELECT pg_catalog.pg_extension_config_dump('tenancy.quotas', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.plan_quotas', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.usage', '');

-- Of the limits of one kind that a tenant has, the one that counts: its own before its columns' before its plan's.
CREATE VIEW tenancy.limits AS
SELECT DISTINCT ON (l.tenant_id, l.kind) l.tenant_id, l.kind, l.soft, l.hard, l.period, l.source
  FROM (SELECT q.tenant_id, q.kind, q.soft, q.hard, q.period, 'tenant' AS source, 1 AS rank
          FROM tenancy.quotas q
         UNION ALL
        SELECT t.id, 'storage_bytes', NULL, t.storage_limit_gb::bigint * 1073741824, NULL, 'registry', 2
          FROM tenancy.tenants t
         WHERE t.storage_limit_gb >= 0
         UNION ALL
        SELECT t.id, 'tasks_per_month', NULL, t.max_tasks_per_month, 'month', 'registry', 2
          FROM tenancy.tenants t
         WHERE t.max_tasks_per_month >= 0
         UNION ALL
        SELECT t.id, p.kind, p.soft, p.hard, p.period, 'plan', 3
          FROM tenancy.tenants t
          JOIN tenancy.plan_quotas p ON p.plan_tier = t.plan_tier) l
 ORDER BY l.tenant_id, l.kind, l.rank;
COMMENT ON VIEW tenancy.limits IS 'the limits of each tenant that are in force, and where they come from';

CREATE FUNCTION tenancy.set_quota(slug text, kind text, soft bigint, hard bigint, period text DEFAULT NULL) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_set_quota';
COMMENT ON FUNCTION tenancy.set_quota(text, text, bigint, bigint, text) IS
'limits what a tenant may use of a kind; with neither limit, takes its own away';

CREATE FUNCTION tenancy.set_plan_quota(plan_tier text, kind text, soft bigint, hard bigint, period text DEFAULT NULL)
RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_set_plan_quota';
COMMENT ON FUNCTION tenancy.set_plan_quota(text, text, bigint, bigint, text) IS
'limits what every tenant of a plan may use of a kind; with neither limit, takes that away';

CREATE FUNCTION tenancy.consume(kind text, n bigint DEFAULT 1) RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_consume';
COMMENT ON FUNCTION tenancy.consume(text, bigint) IS
'counts what the bound tenant uses; returns what is left of the quota, null without a hard limit';

CREATE FUNCTION tenancy.consume(slug text, kind text, n bigint) RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_consume_for';
COMMENT ON FUNCTION tenancy.consume(text, text, bigint) IS
'counts what a tenant uses, or with a negative number gives it back; returns what is left of the quota';

CREATE FUNCTION tenancy.quota_rows(
    OUT slug text,
    OUT kind text,
    OUT used bigint,
    OUT soft bigint,
    OUT hard bigint,
    OUT percent double precision,
    OUT source text,
    OUT period text,
    OUT measured_at timestamptz
) RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 10 AS 'MODULE_PATHNAME', 'tenancy_quota_rows';
COMMENT ON FUNCTION tenancy.quota_rows() IS
'what tenants use of which limits: the bound one, or all for operators and auditors';

CREATE VIEW tenancy.quota_usage AS
SELECT q.slug, q.kind, q.used, q.soft, q.hard, q.percent, q.source, q.period, q.measured_at
  FROM tenancy.quota_rows() q;
COMMENT ON VIEW tenancy.quota_usage IS
'what tenants use of which limits: the bound one, or all for operators and auditors';

--
-- What the planner puts into queries.
--
CREATE FUNCTION tenancy.is_visible_support(internal) RETURNS internal
LANGUAGE C STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_is_visible_support';
COMMENT ON FUNCTION tenancy.is_visible_support(internal) IS 'planner support of the functions that filter catalogs';

CREATE FUNCTION tenancy.is_visible(class oid, object oid) RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1 SUPPORT tenancy.is_visible_support
AS 'MODULE_PATHNAME', 'tenancy_is_visible';
COMMENT ON FUNCTION tenancy.is_visible(oid, oid) IS
'filter of catalogs: tells whether the session may know of an object';

CREATE FUNCTION tenancy.is_visible_object(class oid, object oid) RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 100 SUPPORT tenancy.is_visible_support
AS 'MODULE_PATHNAME', 'tenancy_is_visible';
COMMENT ON FUNCTION tenancy.is_visible_object(oid, oid) IS
'filter of catalogs: the same for objects of any class';

CREATE FUNCTION tenancy.is_visible_relation(relation oid, schema oid) RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 1 SUPPORT tenancy.is_visible_support
AS 'MODULE_PATHNAME', 'tenancy_is_visible_relation';
COMMENT ON FUNCTION tenancy.is_visible_relation(oid, oid) IS
'filter of catalogs: the same for a relation in a schema';

CREATE FUNCTION tenancy.is_visible_statistics(relation oid, attnum smallint) RETURNS boolean
LANGUAGE C STABLE STRICT LEAKPROOF PARALLEL SAFE COST 10 SUPPORT tenancy.is_visible_support
AS 'MODULE_PATHNAME', 'tenancy_is_visible_statistics';
COMMENT ON FUNCTION tenancy.is_visible_statistics(oid, smallint) IS
'filter of catalogs: the same for statistics of a relation';

CREATE FUNCTION tenancy.call_stable(builtin oid, VARIADIC arguments "any") RETURNS "any"
LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_call';
COMMENT ON FUNCTION tenancy.call_stable(oid, "any") IS
'checked call of a built-in function; only the planner makes one';

CREATE FUNCTION tenancy.call_volatile(builtin oid, VARIADIC arguments "any") RETURNS "any"
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_call';
COMMENT ON FUNCTION tenancy.call_volatile(oid, "any") IS
'checked call of a built-in function; only the planner makes one';

CREATE FUNCTION tenancy.visible_value(value anyelement) RETURNS anyelement
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_visible_value';
COMMENT ON FUNCTION tenancy.visible_value(anyelement) IS
'a value of type regclass or its like, or one that holds such values, without what the session may not know';

CREATE FUNCTION tenancy.visible_oid(class oid, object oid) RETURNS oid
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_visible_oid';
COMMENT ON FUNCTION tenancy.visible_oid(oid, oid) IS
'the OID of an object, or zero where the session may not know of it';

-- Built-in functions that return rows of others: the same without those rows.
DO $sets$
DECLARE
    builtin record;
BEGIN
    FOR builtin IN
        SELECT p.proname, p.oid, p.provolatile, p.proisstrict,
               pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
               pg_catalog.pg_get_function_identity_arguments(p.oid) AS identity_arguments,
               pg_catalog.pg_get_function_result(p.oid) AS result
          FROM pg_catalog.pg_proc p
         WHERE p.pronamespace = 'pg_catalog'::regnamespace
           AND (p.proname IN ('pg_get_object_address', 'pg_get_publication_tables', 'pg_listening_channels',
                              'pg_lock_status', 'pg_prepared_xact', 'pg_stat_get_activity',
                              'pg_stat_get_backend_idset', 'pg_stat_get_progress_info')
                OR (p.prolang = 12 AND (p.proretset OR p.prorettype = 'record'::regtype)
                    AND NOT 'cstring'::regtype = ANY (p.proargtypes) AND NOT 'internal'::regtype = ANY (p.proargtypes)
                    AND ('oid'::regtype = ANY (p.proargtypes) OR 'regclass'::regtype = ANY (p.proargtypes))))
    LOOP
        EXECUTE pg_catalog.format(
            'CREATE FUNCTION tenancy.%I(%s) RETURNS %s LANGUAGE C %s %s PARALLEL RESTRICTED '
            'AS ''MODULE_PATHNAME'', ''tenancy_call_set''',
            builtin.proname, builtin.arguments, builtin.result,
            CASE builtin.provolatile WHEN 'v' THEN 'VOLATILE' ELSE 'STABLE' END,
            CASE WHEN builtin.proisstrict THEN 'STRICT' ELSE '' END);
        EXECUTE pg_catalog.format(
            'COMMENT ON FUNCTION tenancy.%I(%s) IS %L', builtin.proname, builtin.identity_arguments,
            'pg_catalog.' || builtin.proname || '() without what is not the session''s to see');
    END LOOP;
END
$sets$;

--
-- Lifecycle.
--
CREATE FUNCTION tenancy.provision(
    slug text,
    admin_email text DEFAULT NULL,
    plan_tier text DEFAULT 'free',
    allowed_domains text[] DEFAULT NULL,
    api_key_hash text DEFAULT NULL,
    max_agents integer DEFAULT NULL,
    max_tasks_per_month integer DEFAULT NULL,
    storage_limit_gb integer DEFAULT NULL,
    stripe_customer_id text DEFAULT NULL,
    stripe_subscription_id text DEFAULT NULL,
    template text DEFAULT NULL
) RETURNS tenancy.tenants
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_provision';
COMMENT ON FUNCTION tenancy.provision(text, text, text, text[], text, integer, integer, integer, text, text, text) IS
'creates a tenant: role, schema with all that the blueprint or a template has, and registry row, all or nothing';

CREATE FUNCTION tenancy.clone("from" text, "to" text, with_data boolean DEFAULT false, tables text[] DEFAULT NULL)
RETURNS tenancy.tenants
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_clone';
COMMENT ON FUNCTION tenancy.clone(text, text, boolean, text[]) IS
'creates a tenant with the structure of another, and on request with its rows or those of some tables';

CREATE PROCEDURE tenancy.provision_many(slugs text[], plan_tier text DEFAULT 'free', template text DEFAULT NULL)
LANGUAGE C AS 'MODULE_PATHNAME', 'tenancy_provision_many';
COMMENT ON PROCEDURE tenancy.provision_many(text[], text, text) IS
'creates tenants, each in a transaction of its own';

CREATE FUNCTION tenancy.drop(slug text, if_exists boolean DEFAULT false, force boolean DEFAULT false)
RETURNS tenancy.erasures
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_drop';
COMMENT ON FUNCTION tenancy.drop(text, boolean, boolean) IS
'erases a tenant with all its objects; returns the record of what was erased';

CREATE PROCEDURE tenancy.drop_many(slugs text[], if_exists boolean DEFAULT false, force boolean DEFAULT false)
LANGUAGE C AS 'MODULE_PATHNAME', 'tenancy_drop_many';
COMMENT ON PROCEDURE tenancy.drop_many(text[], boolean, boolean) IS
'erases tenants, each in a transaction of its own';

CREATE FUNCTION tenancy.suspend(slug text, reason text DEFAULT NULL) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_suspend';
COMMENT ON FUNCTION tenancy.suspend(text, text) IS
'suspends a tenant: its sessions are refused from their next statement on';

CREATE FUNCTION tenancy.activate(slug text) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_activate';
COMMENT ON FUNCTION tenancy.activate(text) IS 'lets a suspended tenant work again';

CREATE FUNCTION tenancy.adopt(schema regnamespace, slug text DEFAULT NULL, keep_owner boolean DEFAULT false)
RETURNS tenancy.tenants
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_adopt';
COMMENT ON FUNCTION tenancy.adopt(regnamespace, text, boolean) IS
'takes an existing schema under management';

CREATE FUNCTION tenancy.check_portable(slug text) RETURNS TABLE (object text, problem text)
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_check_portable';
COMMENT ON FUNCTION tenancy.check_portable(text) IS
'what reaches out of a tenant''s schema: what a dump does not bring, or would not work elsewhere';

CREATE FUNCTION tenancy.schema_size(schema_name text) RETURNS bigint
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_schema_size';
COMMENT ON FUNCTION tenancy.schema_size(text) IS
'disk space of a schema in bytes, indexes and TOAST included; null if there is no such schema';

-- Plain SQL, so that a condition on the slug reaches the registry's index.
CREATE FUNCTION tenancy.list(with_size boolean DEFAULT false)
RETURNS TABLE (slug varchar, schema_name varchar, status varchar, plan_tier varchar, created_at timestamptz,
               size_bytes bigint)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT t.slug, t.schema_name, t.status, t.plan_tier, t.created_at,
           CASE WHEN with_size THEN tenancy.schema_size(t.schema_name) END
      FROM tenancy.tenants t;
END;
COMMENT ON FUNCTION tenancy.list(boolean) IS 'tenants of this database, with the size of each on request';

--
-- Migrations: the ledger, how far each tenant is, and what happened on the way.
--
CREATE TABLE tenancy.migrations (
    ordinal        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version        text NOT NULL UNIQUE CHECK (version <> ''),
    description    text,
    up             text NOT NULL,
    down           text,
    transactional  boolean NOT NULL,
    checksum       text NOT NULL,
    registered_at  timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    registered_by  name NOT NULL
);
COMMENT ON TABLE tenancy.migrations IS 'ledger of migrations, in the order in which they apply';
COMMENT ON COLUMN tenancy.migrations.checksum IS 'SHA-256 of the text in UTF-8, as sha256sum prints it for the file';

CREATE FUNCTION tenancy.migrations_before_write() RETURNS trigger
LANGUAGE C AS 'MODULE_PATHNAME', 'tenancy_migrations_before_write';
COMMENT ON FUNCTION tenancy.migrations_before_write() IS
'trigger of the ledger: keeps what tenants have applied as it is';

CREATE TRIGGER migrations_before_write BEFORE UPDATE OR DELETE ON tenancy.migrations
FOR EACH ROW EXECUTE FUNCTION tenancy.migrations_before_write();

-- Migrations apply in order, so that the last one is the whole truth about a tenant.
-- The library writes this table and the next as it writes catalogs: they have keys, and nothing else to look at.
CREATE TABLE tenancy.schema_versions (
    tenant_id   uuid PRIMARY KEY,
    ordinal     bigint NOT NULL,
    changed_at  timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE tenancy.schema_versions IS 'the last migration that each tenant has; no row or 0: none';

CREATE TABLE tenancy.migration_log (
    tenant_id         uuid NOT NULL,
    ordinal           bigint NOT NULL,
    kind              text NOT NULL,
    state             text NOT NULL,
    run               bigint,
    started_at        timestamptz,
    finished_at       timestamptz,
    attempts          integer NOT NULL DEFAULT 1,
    done_statements   integer NOT NULL DEFAULT 0,
    sqlstate          text,
    error             text,
    statement_number  integer,
    statement         text,
    PRIMARY KEY (tenant_id, ordinal)
);
COMMENT ON TABLE tenancy.migration_log IS 'what last happened between a tenant and a migration';

CREATE TABLE tenancy.runs (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('migrate', 'rollback')),
    target        text,
    dry_run       boolean NOT NULL,
    jobs          integer NOT NULL,
    requested_by  name NOT NULL,
    total         integer NOT NULL,
    done          integer NOT NULL DEFAULT 0,
    failed        integer NOT NULL DEFAULT 0,
    skipped       integer NOT NULL DEFAULT 0,
    started_at    timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    updated_at    timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    outcome       text CHECK (outcome IN ('finished', 'stopped')),
    reason        text
);
COMMENT ON TABLE tenancy.runs IS 'calls of migrate() and rollback() that had something to do';

CREATE TABLE tenancy.run_failures (
    run               bigint NOT NULL,
    tenant            text NOT NULL,
    version           text,
    sqlstate          text NOT NULL,
    error             text NOT NULL,
    statement_number  integer,
    statement         text,
    attempt           integer NOT NULL,
    failed_at         timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
CREATE INDEX run_failures_run_idx ON tenancy.run_failures (run);
COMMENT ON TABLE tenancy.run_failures IS 'every failed attempt of a run, dry runs included';

CREATE TABLE tenancy.baselines (
    version   text PRIMARY KEY REFERENCES tenancy.migrations (version) ON UPDATE CASCADE,
    sql       text NOT NULL,
    checksum  text NOT NULL,
    set_at    timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    set_by    name NOT NULL
);
CREATE UNIQUE INDEX baselines_one_idx ON tenancy.baselines ((true));
COMMENT ON TABLE tenancy.baselines IS 'SQL that brings an empty schema to where a migration leaves it; at most one row';

SELECT pg_catalog.pg_extension_config_dump('tenancy.migrations', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.baselines', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.migrations_ordinal_seq', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.schema_versions', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.migration_log', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.runs', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.runs_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('tenancy.run_failures', '');

CREATE FUNCTION tenancy.register_migration(
    version text,
    up text,
    down text DEFAULT NULL,
    description text DEFAULT NULL,
    transactional boolean DEFAULT true,
    replace boolean DEFAULT false
) RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_register_migration';
COMMENT ON FUNCTION tenancy.register_migration(text, text, text, text, boolean, boolean) IS
'puts a migration at the end of the ledger; returns its place there';

CREATE FUNCTION tenancy.unregister_migration(version text) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_unregister_migration';
COMMENT ON FUNCTION tenancy.unregister_migration(text) IS
'takes a migration that no tenant has out of the ledger';

CREATE FUNCTION tenancy.set_baseline(version text, sql text) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_set_baseline';
COMMENT ON FUNCTION tenancy.set_baseline(text, text) IS
'says with which SQL new tenants start, and which migration that stands for';

CREATE FUNCTION tenancy.mark_migrated(slug text, version text) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_mark_migrated';
COMMENT ON FUNCTION tenancy.mark_migrated(text, text) IS
'declares, without running anything, which migration a tenant has come to';

CREATE PROCEDURE tenancy.migrate(
    target text DEFAULT NULL,
    tenants text[] DEFAULT NULL,
    canary integer DEFAULT 0,
    jobs integer DEFAULT 1,
    lock_timeout text DEFAULT '2s',
    statement_timeout text DEFAULT '60s',
    max_failures integer DEFAULT NULL,
    dry_run boolean DEFAULT false,
    lock_retries integer DEFAULT 5
)
LANGUAGE C AS 'MODULE_PATHNAME', 'tenancy_migrate';
COMMENT ON PROCEDURE tenancy.migrate(text, text[], integer, integer, text, text, integer, boolean, integer) IS
'brings tenants to a version, each in a transaction of its own';

CREATE PROCEDURE tenancy.rollback(
    target text,
    tenants text[] DEFAULT NULL,
    canary integer DEFAULT 0,
    jobs integer DEFAULT 1,
    lock_timeout text DEFAULT '2s',
    statement_timeout text DEFAULT '60s',
    max_failures integer DEFAULT NULL,
    dry_run boolean DEFAULT false,
    lock_retries integer DEFAULT 5
)
LANGUAGE C AS 'MODULE_PATHNAME', 'tenancy_rollback';
COMMENT ON PROCEDURE tenancy.rollback(text, text[], integer, integer, text, text, integer, boolean, integer) IS
'takes tenants back to a version by the down texts, each in a transaction of its own';

CREATE FUNCTION tenancy.working_backends(OUT run bigint, OUT schema_name text, OUT pid integer) RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'tenancy_working_backends';
COMMENT ON FUNCTION tenancy.working_backends() IS
'backends that lead a run (no schema) or work for one on a tenant';

CREATE VIEW tenancy.migration_status AS
SELECT t.slug::text AS tenant,
       m.version,
       CASE WHEN m.ordinal <= coalesce(v.ordinal, 0)
             AND NOT coalesce(l.kind = 'rollback' AND (l.state = 'running' OR l.done_statements > 0), false) THEN 'applied'
            WHEN l.state = 'running' AND NOT EXISTS (SELECT FROM tenancy.working_backends() w
                                                      WHERE w.schema_name = t.schema_name) THEN 'interrupted'
            WHEN l.state IS NULL OR l.state = 'applied' THEN 'pending'
            ELSE l.state
       END AS state,
       l.started_at,
       l.finished_at,
       coalesce(l.attempts, 0) AS attempts,
       l.error,
       l.sqlstate,
       l.statement_number,
       l.statement,
       l.run,
       m.ordinal
  FROM tenancy.tenants t
 CROSS JOIN tenancy.migrations m
  LEFT JOIN tenancy.schema_versions v ON v.tenant_id = t.id
  LEFT JOIN tenancy.migration_log l ON l.tenant_id = t.id AND l.ordinal = m.ordinal
 WHERE t.status <> 'deleted';
COMMENT ON VIEW tenancy.migration_status IS 'every migration of the ledger for every tenant: whether it is applied, and what happened';

CREATE VIEW tenancy.migration_runs AS
SELECT r.id AS run,
       r.kind,
       r.target,
       CASE WHEN r.outcome IS NOT NULL THEN r.outcome
            WHEN leader.pid IS NOT NULL THEN 'running'
            ELSE 'interrupted'
       END AS state,
       r.total,
       r.done,
       r.failed,
       r.skipped,
       r.total - r.done - r.failed - r.skipped AS "left",
       round(((r.done + r.failed) / greatest(extract(epoch FROM r.updated_at - r.started_at), 0.001))::numeric, 1) AS rate,
       CASE WHEN r.outcome IS NULL AND leader.pid IS NOT NULL AND r.done + r.failed > 0 THEN
            (r.updated_at - r.started_at) * ((r.total - r.done - r.failed - r.skipped)::float8 / (r.done + r.failed))
       END AS eta,
       ARRAY(SELECT t.slug::text FROM tenancy.working_backends() w JOIN tenancy.tenants t USING (schema_name)
              WHERE w.run = r.id ORDER BY 1) AS current_tenants,
       r.started_at,
       CASE WHEN r.outcome IS NOT NULL THEN r.updated_at END AS finished_at,
       r.requested_by,
       r.dry_run,
       r.jobs,
       leader.pid AS leader_pid,
       r.reason
  FROM tenancy.runs r
  LEFT JOIN tenancy.working_backends() leader ON leader.run = r.id AND leader.schema_name IS NULL;
COMMENT ON VIEW tenancy.migration_runs IS 'runs of migrate() and rollback(), with the progress of those under way';

--
-- Description.
--
CREATE FUNCTION tenancy.export_ddl(slug text, with_state boolean DEFAULT false) RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_export_ddl';
COMMENT ON FUNCTION tenancy.export_ddl(text, boolean) IS
'the structure of a tenant as a script for an empty schema';

CREATE FUNCTION tenancy.fingerprint(slug text) RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_fingerprint';
COMMENT ON FUNCTION tenancy.fingerprint(text) IS
'a hash of the structure of a tenant: the same for tenants that do not differ';

CREATE FUNCTION tenancy.drift(
    reference text DEFAULT NULL,
    tenants text[] DEFAULT NULL,
    OUT tenant text,
    OUT object text,
    OUT difference text
) RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_drift';
COMMENT ON FUNCTION tenancy.drift(text, text[]) IS
'which tenants differ in structure from a reference, or from most others: in which object, and how';

--
-- Counters.
--
CREATE FUNCTION tenancy.stat_counters(
    OUT scope text,
    OUT schema_name text,
    OUT statements bigint,
    OUT errors bigint,
    OUT attempts_made bigint,
    OUT attempts_received bigint,
    OUT binds bigint,
    OUT refused_binds bigint,
    OUT refused_tickets bigint,
    OUT sessions bigint,
    OUT rows bigint,
    OUT total_time double precision,
    OUT p95_time double precision,
    OUT shared_blocks_hit bigint,
    OUT shared_blocks_read bigint,
    OUT temp_bytes bigint,
    OUT wal_bytes bigint,
    OUT quota_refusals bigint,
    OUT recent_attempts bigint,
    OUT size_bytes bigint,
    OUT measured_at timestamptz
) RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'tenancy_stat_counters';
COMMENT ON FUNCTION tenancy.stat_counters() IS 'the counters as they are in shared memory';

CREATE FUNCTION tenancy.measure_storage() RETURNS integer
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_measure_storage';
COMMENT ON FUNCTION tenancy.measure_storage() IS
'measures the storage of all tenants now, as the background worker does from time to time; returns their number';

CREATE FUNCTION tenancy.reset_stats() RETURNS void
LANGUAGE C VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_reset_stats';
COMMENT ON FUNCTION tenancy.reset_stats() IS 'sets the counters of this database, and those that all databases share, to zero';

CREATE FUNCTION tenancy.stat_room() RETURNS bigint
LANGUAGE C VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'tenancy_stat_room';
COMMENT ON FUNCTION tenancy.stat_room() IS 'how many more tenants can have counters of their own';

CREATE VIEW tenancy.stat_tenants AS
SELECT t.id AS tenant_id,
       t.slug::text AS slug,
       t.status::text AS status,
       coalesce(c.statements, 0) AS statements,
       coalesce(c.errors, 0) AS errors,
       coalesce(c.attempts_made, 0) AS attempts_made,
       coalesce(c.attempts_received, 0) AS attempts_received,
       coalesce(c.binds, 0) AS binds,
       coalesce(c.refused_binds, 0) AS refused_binds,
       coalesce(c.refused_tickets, 0) AS refused_tickets,
       coalesce(c.sessions, 0) AS sessions,
       coalesce(c.rows, 0) AS rows,
       coalesce(c.total_time, 0) AS total_time,
       c.p95_time,
       coalesce(c.shared_blocks_hit, 0) AS shared_blocks_hit,
       coalesce(c.shared_blocks_read, 0) AS shared_blocks_read,
       coalesce(c.temp_bytes, 0) AS temp_bytes,
       coalesce(c.wal_bytes, 0) AS wal_bytes,
       coalesce(c.quota_refusals, 0) AS quota_refusals,
       coalesce(c.recent_attempts, 0) AS recent_attempts,
       c.size_bytes,
       c.measured_at
  FROM tenancy.tenants t
  LEFT JOIN tenancy.stat_counters() c ON c.scope = 'tenant' AND c.schema_name = t.schema_name
 WHERE t.status <> 'deleted'
UNION ALL
SELECT NULL, '(' || c.scope || ')', NULL,
       c.statements, c.errors, c.attempts_made, c.attempts_received, c.binds, c.refused_binds,
       c.refused_tickets, c.sessions, c.rows, c.total_time, c.p95_time, c.shared_blocks_hit, c.shared_blocks_read,
       c.temp_bytes, c.wal_bytes, c.quota_refusals, c.recent_attempts, NULL, NULL
  FROM tenancy.stat_counters() c
 WHERE c.scope <> 'tenant';
COMMENT ON VIEW tenancy.stat_tenants IS
'what was counted for each tenant, for tenants that found no room (overflow), and in unbound sessions';

CREATE VIEW tenancy.stat_totals AS
SELECT coalesce(sum(c.statements), 0)::bigint AS statements,
       coalesce(sum(c.errors), 0)::bigint AS errors,
       coalesce(sum(c.attempts_made), 0)::bigint AS attempts_made,
       coalesce(sum(c.attempts_received), 0)::bigint AS attempts_received,
       coalesce(sum(c.binds), 0)::bigint AS binds,
       coalesce(sum(c.refused_binds), 0)::bigint AS refused_binds,
       coalesce(sum(c.refused_tickets), 0)::bigint AS refused_tickets,
       coalesce(sum(c.sessions), 0)::bigint AS sessions,
       coalesce(sum(c.rows), 0)::bigint AS rows,
       coalesce(sum(c.total_time), 0) AS total_time,
       coalesce(sum(c.shared_blocks_hit), 0)::bigint AS shared_blocks_hit,
       coalesce(sum(c.shared_blocks_read), 0)::bigint AS shared_blocks_read,
       coalesce(sum(c.temp_bytes), 0)::bigint AS temp_bytes,
       coalesce(sum(c.wal_bytes), 0)::bigint AS wal_bytes,
       coalesce(sum(c.quota_refusals), 0)::bigint AS quota_refusals,
       coalesce(sum(c.recent_attempts), 0)::bigint AS recent_attempts
  FROM tenancy.stat_counters() c;
COMMENT ON VIEW tenancy.stat_totals IS 'the counters of this database, and of overflow and unbound sessions in all databases, added up';

CREATE FUNCTION tenancy.tenants_behind() RETURNS bigint
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT count(*)
      FROM tenancy.tenants t
      LEFT JOIN tenancy.schema_versions v ON v.tenant_id = t.id
     WHERE t.status = 'active' AND coalesce(v.ordinal, 0) < (SELECT max(m.ordinal) FROM tenancy.migrations m);
END;
COMMENT ON FUNCTION tenancy.tenants_behind() IS 'how many active tenants have not had the newest migration';

-- What tenancy.metrics() shows besides the counters: a row a sample, labels as strings.
CREATE VIEW tenancy.metrics_more (name, type, help, labels, value) AS
SELECT 'tenancy_tenants'::text, 'gauge'::text, 'Tenants by status.'::text,
       pg_catalog.jsonb_build_object('status', s.status), count(t.id)::double precision
  FROM (VALUES ('active'), ('suspended'), ('deleted')) AS s (status)
  LEFT JOIN tenancy.tenants t ON t.status = s.status
 GROUP BY s.status
UNION ALL
SELECT 'tenancy_tenants_behind', 'gauge', 'Active tenants that have not had the newest migration.', '{}'::jsonb,
       tenancy.tenants_behind()
UNION ALL
SELECT 'tenancy_tenants_without_record', 'gauge', 'Active tenants that can have no counters of their own.', '{}'::jsonb,
       greatest(count(*) - tenancy.stat_room(), 0)
  FROM tenancy.tenants t
 WHERE t.status = 'active'
   AND NOT EXISTS (SELECT FROM tenancy.stat_counters() c WHERE c.schema_name = t.schema_name)
UNION ALL
SELECT 'tenancy_storage_oldest_seconds', 'gauge', 'Age of the oldest measurement of a tenant''s storage.', '{}'::jsonb,
       extract(epoch FROM pg_catalog.clock_timestamp() - min(c.measured_at))
  FROM tenancy.stat_counters() c
  JOIN tenancy.tenants t ON t.schema_name = c.schema_name AND t.status <> 'deleted'
HAVING min(c.measured_at) IS NOT NULL
UNION ALL
SELECT 'tenant_connection_pool_usage', 'gauge', 'Sessions bound to the tenant as a part of those that it may have.',
       pg_catalog.jsonb_build_object('tenant_id', t.slug),
       c.sessions::double precision / greatest(coalesce(l.hard, pg_catalog.current_setting('max_connections')::bigint), 1)
  FROM tenancy.stat_counters() c
  JOIN tenancy.tenants t ON t.schema_name = c.schema_name AND t.status <> 'deleted'
  LEFT JOIN tenancy.limits l ON l.tenant_id = t.id AND l.kind = 'sessions'
 WHERE c.sessions > 0
UNION ALL
SELECT 'tenant_quota_usage_percent', 'gauge', 'What the tenant uses of a quota, in percent of the hard limit, or of the soft one.',
       pg_catalog.jsonb_build_object('tenant_id', q.slug, 'quota_type', q.kind), q.percent
  FROM tenancy.quota_rows() q
 WHERE q.percent IS NOT NULL
UNION ALL
SELECT m.name, m.type, m.help, '{}'::jsonb, m.value
  FROM tenancy.audit_statistics() s
 CROSS JOIN LATERAL (VALUES
    ('tenancy_audit_dropped_total', 'counter', 'Audit events that are in the server log alone.', (s.dropped + s.refused)::double precision),
    ('tenancy_audit_pending', 'gauge', 'Audit events that wait to be written to the table.', s.pending)
 ) AS m (name, type, help, value);
COMMENT ON VIEW tenancy.metrics_more IS 'what tenancy.metrics() shows besides the counters';

CREATE FUNCTION tenancy.metrics(names text[] DEFAULT NULL)
RETURNS TABLE (name text, type text, help text, labels jsonb, value double precision)
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10000 AS 'MODULE_PATHNAME', 'tenancy_metrics';
COMMENT ON FUNCTION tenancy.metrics(text[]) IS 'the counters as metrics: name, type, help, labels and value';

CREATE FUNCTION tenancy.prometheus() RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'tenancy_prometheus';
COMMENT ON FUNCTION tenancy.prometheus() IS 'the metrics in the text format of Prometheus';

CREATE FUNCTION tenancy.top(order_by text DEFAULT 'time', n integer DEFAULT 10)
RETURNS TABLE (slug text, statements bigint, total_time double precision, p95_time double precision, rows bigint,
               errors bigint, sessions bigint, blocks_read bigint, temp_bytes bigint, wal_bytes bigint,
               attempts bigint, size_bytes bigint)
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10 AS 'MODULE_PATHNAME', 'tenancy_top';
COMMENT ON FUNCTION tenancy.top(text, integer) IS 'the tenants that need most of something';

CREATE VIEW tenancy.overview AS
SELECT count(*) FILTER (WHERE s.status = 'active') AS active,
       count(*) FILTER (WHERE s.status = 'suspended') AS suspended,
       (SELECT count(*) FROM tenancy.tenants t WHERE t.status = 'deleted') AS deleted,
       coalesce(sum(s.sessions) FILTER (WHERE s.tenant_id IS NOT NULL), 0)::bigint AS sessions,
       coalesce(sum(s.recent_attempts), 0)::bigint AS attempts_last_hour,
       (SELECT u.slug FROM tenancy.stat_tenants u WHERE u.p95_time IS NOT NULL AND u.tenant_id IS NOT NULL
         ORDER BY u.p95_time DESC, u.slug COLLATE "C" LIMIT 1) AS slowest,
       max(s.p95_time) FILTER (WHERE s.tenant_id IS NOT NULL) AS slowest_p95_time,
       (SELECT u.slug FROM tenancy.stat_tenants u WHERE u.size_bytes IS NOT NULL
         ORDER BY u.size_bytes DESC, u.slug COLLATE "C" LIMIT 1) AS largest,
       max(s.size_bytes) AS largest_bytes,
       tenancy.tenants_behind() AS behind
  FROM tenancy.stat_tenants s;
COMMENT ON VIEW tenancy.overview IS 'one row: how the tenants are';

--
-- Privileges.  Functions and procedures are executable by everybody unless that is taken away.
--
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA tenancy FROM PUBLIC;

GRANT EXECUTE ON FUNCTION tenancy.bind(text, boolean), tenancy.bind_jwt(text, boolean), tenancy.unbind(),
    tenancy.current_tenant(), tenancy.current_tenant_id(), tenancy.pooler_probe(text),
    tenancy.consume(text, bigint) TO PUBLIC;

-- In queries of everybody; they tell nothing that a query of catalogs does not.
GRANT EXECUTE ON FUNCTION tenancy.is_visible(oid, oid), tenancy.is_visible_object(oid, oid),
    tenancy.is_visible_relation(oid, oid), tenancy.is_visible_statistics(oid, smallint),
    tenancy.call_stable(oid, "any"), tenancy.call_volatile(oid, "any"), tenancy.visible_value(anyelement),
    tenancy.visible_oid(oid, oid),
    tenancy.is_visible_support(internal) TO PUBLIC;

DO $grants$
DECLARE
    stand_in regprocedure;
BEGIN
    FOR stand_in IN
        SELECT oid FROM pg_catalog.pg_proc
         WHERE pronamespace = 'tenancy'::regnamespace AND prosrc = 'tenancy_call_set'
    LOOP
        EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', stand_in);
    END LOOP;
END
$grants$;

GRANT EXECUTE ON FUNCTION
    tenancy.provision(text, text, text, text[], text, integer, integer, integer, text, text, text),
    tenancy.clone(text, text, boolean, text[]), tenancy.set_baseline(text, text),
    tenancy.drop(text, boolean, boolean), tenancy.suspend(text, text), tenancy.activate(text),
    tenancy.adopt(regnamespace, text, boolean), tenancy.check_portable(text), tenancy.reset_stats(),
    tenancy.measure_storage(),
    tenancy.register_migration(text, text, text, text, boolean, boolean), tenancy.unregister_migration(text),
    tenancy.mark_migrated(text, text), tenancy.create_ticket_key(bytea), tenancy.retire_ticket_key(integer),
    tenancy.issue_ticket(text, interval, timestamptz), tenancy.revoke_tickets(text),
    tenancy.inspect_ticket(text) TO tenancy_admin;

GRANT EXECUTE ON FUNCTION tenancy.set_quota(text, text, bigint, bigint, text),
    tenancy.set_plan_quota(text, text, bigint, bigint, text), tenancy.consume(text, text, bigint) TO tenancy_admin;

GRANT EXECUTE ON FUNCTION tenancy.quota_rows() TO tenancy_admin, tenancy_auditor, tenancy_tenant;
GRANT SELECT ON tenancy.quota_usage TO tenancy_admin, tenancy_auditor, tenancy_tenant;
GRANT SELECT ON tenancy.quotas, tenancy.plan_quotas, tenancy.limits, tenancy.usage TO tenancy_admin, tenancy_auditor;
-- Nobody needs old periods.
GRANT DELETE ON tenancy.usage TO tenancy_admin;

GRANT EXECUTE ON FUNCTION tenancy.export_ddl(text, boolean), tenancy.fingerprint(text), tenancy.drift(text, text[])
    TO tenancy_admin;

GRANT EXECUTE ON FUNCTION tenancy.create_jwt_key(text, text, bytea, text), tenancy.retire_jwt_key(text)
    TO tenancy_admin;

GRANT EXECUTE ON PROCEDURE
    tenancy.drop_many(text[], boolean, boolean),
    tenancy.migrate(text, text[], integer, integer, text, text, integer, boolean, integer),
    tenancy.rollback(text, text[], integer, integer, text, text, integer, boolean, integer) TO tenancy_admin;
GRANT EXECUTE ON PROCEDURE tenancy.provision_many(text[], text, text) TO tenancy_admin;

GRANT EXECUTE ON FUNCTION tenancy.list(boolean), tenancy.schema_size(text), tenancy.stat_counters(),
    tenancy.stat_room(), tenancy.tenants_behind(), tenancy.metrics(text[]), tenancy.prometheus(), tenancy.top(text, integer),
    tenancy.working_backends() TO tenancy_admin, tenancy_auditor;

GRANT SELECT ON tenancy.stat_tenants, tenancy.stat_totals, tenancy.overview, tenancy.metrics_more, tenancy.erasures, tenancy.events, tenancy.migrations,
    tenancy.schema_versions, tenancy.migration_log, tenancy.runs, tenancy.run_failures, tenancy.migration_status,
    tenancy.migration_runs, tenancy.baselines
    TO tenancy_admin, tenancy_auditor;

GRANT SELECT ON tenancy.audit_log, tenancy.audit_chains, tenancy.audit_anchors TO tenancy_admin, tenancy_auditor;
GRANT EXECUTE ON FUNCTION tenancy.audit_head(), tenancy.audit_verify(integer, bigint, bigint, bytea),
    tenancy.audit_statistics() TO tenancy_admin, tenancy_auditor;

-- Nobody needs old runs.
GRANT DELETE ON tenancy.runs, tenancy.run_failures TO tenancy_admin;

-- Operators read and maintain the registry; what a tenant may see of its own row has no secrets in it.
GRANT SELECT, INSERT, UPDATE ON tenancy.tenants TO tenancy_admin;
GRANT SELECT ON tenancy.tenants TO tenancy_auditor;
GRANT SELECT (id, slug, schema_name, status, plan_tier, created_at, updated_at, deleted_at, allowed_domains,
              max_agents, max_tasks_per_month, storage_limit_gb)
    ON tenancy.tenants TO tenancy_tenant;

ALTER TABLE tenancy.tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY operators ON tenancy.tenants TO tenancy_admin USING (true) WITH CHECK (true);
CREATE POLICY auditors ON tenancy.tenants FOR SELECT TO tenancy_auditor USING (true);
CREATE POLICY own_row ON tenancy.tenants FOR SELECT TO tenancy_tenant
    USING (id = tenancy.current_tenant_id());
