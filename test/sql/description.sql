-- Description of tenants: export, fingerprint and drift.
CREATE ROLE de_reader;
CREATE ROLE de_app LOGIN IN ROLE tenancy_app;
CREATE ROLE de_ops LOGIN IN ROLE tenancy_admin;
SELECT count(tenancy.provision('de-' || i)) FROM generate_series(1, 9) i;
DO $$
BEGIN
    FOR i IN 1 .. 9 LOOP
        EXECUTE format('SET LOCAL search_path = tenant_de_%s', i);
        CREATE TYPE mood AS ENUM ('sad', 'happy');
        CREATE TABLE accounts (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            email varchar(10) NOT NULL UNIQUE,
            mood mood DEFAULT 'sad'
        );
        CREATE TABLE notes (account integer REFERENCES accounts, body text);
        CREATE INDEX notes_account ON notes (account);
        CREATE VIEW total AS SELECT count(*) AS n FROM accounts;
        EXECUTE format('CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS ''SELECT count(*) FROM tenant_de_%s.accounts''', i);
        ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
        EXECUTE format('CREATE POLICY mine ON accounts TO tenant_de_%s USING (id > 0)', i);
        GRANT SELECT ON accounts TO de_reader;
        COMMENT ON TABLE notes IS 'what was said';
    END LOOP;
END
$$;
\pset format unaligned
-- from 18 on constraints NOT NULL have names
SELECT regexp_replace(tenancy.export_ddl('de-1'), ' CONSTRAINT \w+_not_null', '', 'g') AS export;
SELECT tenancy.export_ddl('de-1') = replace(replace(tenancy.export_ddl('de-2'), 'de-2', 'de-1'), 'de_2', 'de_1') AS same_export;
\pset format aligned

-- tenants that were made alike do not differ, whatever their names and OIDs
SELECT count(DISTINCT tenancy.fingerprint('de-' || i)) FROM generate_series(1, 9) i;
SELECT length(tenancy.fingerprint('de-1'));
SELECT * FROM tenancy.drift();
-- dropped columns, data and values of sequences are no drift
ALTER TABLE tenant_de_2.notes ADD gone integer;
ALTER TABLE tenant_de_2.notes DROP gone;
INSERT INTO tenant_de_2.accounts (email) VALUES ('x');
SELECT * FROM tenancy.drift('de-1', '{de-2}');

-- what differs
ALTER TABLE tenant_de_2.accounts ALTER email TYPE text, ADD phone text DEFAULT '0';
ALTER TABLE tenant_de_2.accounts ALTER mood DROP DEFAULT;
DROP INDEX tenant_de_3.notes_account;
CREATE OR REPLACE FUNCTION tenant_de_3.total() RETURNS bigint LANGUAGE sql AS 'SELECT 1';
GRANT INSERT ON tenant_de_4.accounts TO de_reader;
REVOKE DELETE ON tenant_de_4.notes FROM tenant_de_4;
DROP POLICY mine ON tenant_de_5.accounts;
CREATE POLICY mine ON tenant_de_5.accounts USING (true);
ALTER TABLE tenant_de_5.notes ENABLE ROW LEVEL SECURITY;
CREATE TABLE tenant_de_6.extra (id integer PRIMARY KEY, "Odd" text);
CREATE INDEX extra_odd ON tenant_de_6.extra ("Odd");
DROP TABLE tenant_de_6.notes;
ALTER TABLE tenant_de_7.accounts DROP mood;
ALTER TABLE tenant_de_7.accounts ADD mood tenant_de_7.mood DEFAULT 'sad';
ALTER TYPE tenant_de_7.mood ADD VALUE 'hungry';
COMMENT ON TABLE tenant_de_8.notes IS 'what was written';
ALTER TABLE tenant_de_8.notes RENAME body TO "Body";
ALTER TABLE tenant_de_8.accounts DROP email CASCADE, ADD "a, ""b" integer;
ALTER TABLE tenant_de_8.accounts ADD email varchar(10) NOT NULL UNIQUE;
SELECT * FROM tenancy.drift() WHERE tenant LIKE 'de-%';
SELECT * FROM tenancy.drift('de-4', ARRAY['de-9', 'de-4']);
SELECT * FROM tenancy.drift(tenants => '{}');
-- a tenant that is suspended is compared, one that was dropped is not
SELECT tenancy.suspend('de-3');
SELECT slug FROM tenancy.drop('de-2');
SELECT DISTINCT tenant FROM tenancy.drift('de-1') WHERE tenant LIKE 'de-%' ORDER BY 1;

-- nothing of the tenant runs
SET ROLE tenant_de_9;
CREATE FUNCTION tenant_de_9.trap() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''trapped''; END';
CREATE VIEW tenant_de_9.trapped AS SELECT tenant_de_9.trap();
CREATE FUNCTION tenant_de_9.lower(text) RETURNS text LANGUAGE sql AS 'SELECT tenant_de_9.trap()::text';
CREATE FUNCTION tenant_de_9.same(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT tenant_de_9.trap()';
CREATE OPERATOR tenant_de_9.= (FUNCTION = tenant_de_9.same, LEFTARG = oid, RIGHTARG = oid);
RESET ROLE;
SET search_path = tenant_de_9, public;
SELECT count(*) FROM tenancy.drift('de-1', '{de-9}');
RESET search_path;

-- what a script cannot bring is listed
CREATE EXTENSION file_fdw SCHEMA tenant_de_9;
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE tenant_de_9.abroad (line text) SERVER nowhere;
SET client_min_messages = error;
CREATE PUBLICATION news FOR TABLE tenant_de_9.notes;
RESET client_min_messages;
CREATE TABLE tenant_de_9.other_owner (a integer);
ALTER TABLE tenant_de_9.other_owner OWNER TO de_ops;
CREATE FUNCTION tenant_de_9.in_c() RETURNS integer LANGUAGE internal AS 'pg_backend_pid';
SELECT line FROM regexp_split_to_table(tenancy.export_ddl('de-9'), '\n') AS line WHERE line ~ '^-- (left|needs)';

-- objects that need each other: views are made in two steps, for functions there is no way
CREATE VIEW tenant_de_8.chicken AS SELECT 1 AS n;
CREATE VIEW tenant_de_8.egg AS SELECT n FROM tenant_de_8.chicken WHERE false;
CREATE OR REPLACE VIEW tenant_de_8.chicken AS SELECT n FROM tenant_de_8.egg WHERE true;
SELECT substring(line FROM '^[A-Z ]+ VIEW \w+') AS line FROM regexp_split_to_table(tenancy.export_ddl('de-8'), '\n') AS line WHERE line ~ 'VIEW (chicken|egg)';
CREATE FUNCTION tenant_de_8.a() RETURNS integer BEGIN ATOMIC SELECT 1; END;
CREATE FUNCTION tenant_de_8.b() RETURNS integer BEGIN ATOMIC SELECT tenant_de_8.a(); END;
CREATE OR REPLACE FUNCTION tenant_de_8.a() RETURNS integer BEGIN ATOMIC SELECT tenant_de_8.b(); END;
SELECT tenancy.export_ddl('de-8');
SELECT length(tenancy.fingerprint('de-8'));

-- errors
SELECT tenancy.export_ddl('nobody');
SELECT tenancy.fingerprint('Not a slug');
SELECT tenancy.fingerprint(NULL);
SELECT tenancy.fingerprint('de-2');
SELECT * FROM tenancy.drift('nobody');
SELECT * FROM tenancy.drift(NULL, '{de-1,nobody}');
SELECT * FROM tenancy.drift(NULL, ARRAY[NULL]);

-- for administrators, unbound
\c - de_ops
SELECT length(tenancy.fingerprint('de-1'));
\c - de_app
SELECT tenancy.export_ddl('de-1');
SELECT tenancy.fingerprint('de-1');
SELECT tenancy.drift();
SET tenancy.tenant = 'de-1';
SELECT tenancy.export_ddl('de-1');
\c - postgres
SET tenancy.tenant = 'de-1';
SELECT tenancy.export_ddl('de-1');
RESET tenancy.tenant;
DROP PUBLICATION news;
DROP FOREIGN DATA WRAPPER nothing CASCADE;
DROP EXTENSION file_fdw;
CALL tenancy.drop_many('{de-1,de-3,de-4,de-5,de-6,de-7,de-8,de-9}');
DROP ROLE de_reader, de_app, de_ops;
