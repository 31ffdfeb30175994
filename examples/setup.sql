-- Makes what the examples need in an empty database: two tenants with a table of notes and one of invoices, and a third that is
-- suspended. Run it as a superuser.
--
--   psql -d app -f setup.sql
--   psql -d app -f setup.sql -v one=hooli -v two=umbrella     with other names
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\if :{?one} \else \set one acme \endif
\if :{?two} \else \set two globex \endif
CREATE EXTENSION IF NOT EXISTS tenancy;
SELECT 'CREATE ROLE app LOGIN IN ROLE tenancy_app' WHERE to_regrole('app') IS NULL \gexec
-- The sessions of a pool serve one tenant after another.
ALTER ROLE app SET tenancy.rebind = 'transaction';
SELECT tenancy.register_migration('1', 'CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)');
SELECT tenancy.register_migration('2', 'CREATE TABLE invoices (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL)');
SELECT slug, schema_name FROM tenancy.provision(:'one');
SELECT slug, schema_name FROM tenancy.provision(:'two');
SELECT slug, schema_name FROM tenancy.provision('initech');
SELECT tenancy.suspend('initech');
