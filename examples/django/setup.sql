-- Roles for the example.     psql -d app -f setup.sql      as a superuser, in a new database
CREATE EXTENSION IF NOT EXISTS tenancy;

DO $$ BEGIN CREATE ROLE app LOGIN IN ROLE tenancy_app; EXCEPTION WHEN duplicate_object THEN END $$;
DO $$ BEGIN CREATE ROLE ops LOGIN IN ROLE tenancy_admin; EXCEPTION WHEN duplicate_object THEN END $$;
ALTER ROLE app SET tenancy.rebind = 'transaction';  -- a connection may serve one tenant after another
GRANT CREATE ON SCHEMA public TO ops;               -- for the tables of shared apps
