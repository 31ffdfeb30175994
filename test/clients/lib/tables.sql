-- What the swarm works on: run by a superuser in a database with the extension.
-- Variables of psql: prefix of the slugs, tenants, the number of them.
SET client_min_messages = warning;
SELECT format('SELECT slug FROM tenancy.provision(%L)', :'prefix' || to_char(n, 'FM00')) FROM generate_series(0, :tenants - 1) AS n
\gexec

-- The same tables for each tenant; for the control, in schemas that nobody guards.
DO $tables$
DECLARE
    name text;
    n bigint;
    place text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plain') THEN
        CREATE ROLE plain LOGIN;
    END IF;
    FOR name, n IN SELECT slug, row_number() OVER (ORDER BY slug) FROM tenancy.tenants LOOP
        EXECUTE format('CREATE SCHEMA plain_%s AUTHORIZATION plain', name);
        FOREACH place IN ARRAY ARRAY['tenant_' || name, 'plain_' || name] LOOP
            EXECUTE format('CREATE TABLE %I.notes (id bigserial PRIMARY KEY, mark text NOT NULL)', place);
            EXECUTE format('ALTER SEQUENCE %I.notes_id_seq RESTART %s', place, n * 1000000 + 1);
            EXECUTE format('CREATE TABLE %I.extras (mark text NOT NULL)', place);
            EXECUTE format('CREATE SEQUENCE %I.turns START %s', place, n * 1000000 + 1);
            EXECUTE format('INSERT INTO %I.notes (mark) VALUES (%L)', place, name);
            EXECUTE format('INSERT INTO %I.extras (mark) VALUES (%L)', place, name);
        END LOOP;
        EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA plain_%s TO plain', name);
        EXECUTE format('GRANT ALL ON ALL SEQUENCES IN SCHEMA plain_%s TO plain', name);
    END LOOP;
END
$tables$;
