-- Makes what the example needs in an empty database. Run it as a superuser.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS tenancy;
-- For clients of one tenant each: their sessions serve one tenant for their life.
SELECT 'CREATE ROLE one LOGIN IN ROLE tenancy_app' WHERE to_regrole('one') IS NULL \gexec
-- For the shared client: the sessions of its pool serve one tenant after another, each for a transaction.
SELECT 'CREATE ROLE app LOGIN IN ROLE tenancy_app' WHERE to_regrole('app') IS NULL \gexec
ALTER ROLE app IN DATABASE :"DBNAME" SET tenancy.rebind = 'transaction';
ALTER ROLE app IN DATABASE :"DBNAME" SET tenancy.bind_scope = 'transaction';

-- What all tenants share.
CREATE TABLE public.countries (code text PRIMARY KEY, name text NOT NULL);
INSERT INTO public.countries VALUES ('NL', 'Netherlands');
GRANT SELECT ON public.countries TO tenancy_tenant;

-- What each tenant begins with. It could be a migration that Prisma has written.
SELECT tenancy.register_migration('1', $$
	CREATE TYPE task_state AS ENUM ('open', 'done');
	CREATE TABLE agents (id int PRIMARY KEY, name text NOT NULL UNIQUE);
	CREATE TABLE tasks (id int PRIMARY KEY, agent int NOT NULL REFERENCES agents, title text NOT NULL, state task_state NOT NULL DEFAULT 'open');
$$);
SELECT slug FROM tenancy.provision('test-alice');
SELECT slug FROM tenancy.provision('test-bob');

INSERT INTO tenant_test_alice.agents VALUES (1, 'Alice''s agent');
INSERT INTO tenant_test_alice.tasks VALUES (10, 1, 'Alice''s task');
INSERT INTO tenant_test_bob.agents VALUES (2, 'Bob''s agent');
INSERT INTO tenant_test_bob.tasks VALUES (20, 2, 'Bob''s task');
