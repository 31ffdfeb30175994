-- What the examples need: the role of the application, and tenants with a table of invoices.
--     psql -d app -f setup.sql      as a superuser, in a new database
CREATE EXTENSION IF NOT EXISTS tenancy;

DO $$ BEGIN CREATE ROLE app LOGIN IN ROLE tenancy_app; EXCEPTION WHEN duplicate_object THEN END $$;
ALTER ROLE app SET tenancy.rebind = 'transaction';  -- a connection of the pool may serve one tenant after another

SELECT tenancy.register_migration('1', 'CREATE TABLE invoices (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL)');
SELECT slug FROM tenancy.provision('acme');
SELECT slug FROM tenancy.provision('globex');
SELECT slug FROM tenancy.provision('initech');
SELECT tenancy.suspend('initech');
