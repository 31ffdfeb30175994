-- The design's own example: Alice sees her rows, and gets nothing of Bob's.
CREATE ROLE dw_app LOGIN IN ROLE tenancy_app;
CREATE ROLE dw_ops LOGIN IN ROLE tenancy_admin;
\c - dw_ops
SELECT slug, schema_name, status FROM tenancy.provision('test-alice', 'alice@example.com');
SELECT slug, schema_name, status FROM tenancy.provision('test-bob', 'bob@example.com');

-- an outside migration tool, as a superuser
\c - postgres
CREATE TABLE tenant_test_alice.agents (id int PRIMARY KEY, name text);
CREATE TABLE tenant_test_alice.tasks (id int PRIMARY KEY, agent int REFERENCES tenant_test_alice.agents, title text);
CREATE TABLE tenant_test_bob.agents (id int PRIMARY KEY, name text);
CREATE TABLE tenant_test_bob.tasks (id int PRIMARY KEY, agent int REFERENCES tenant_test_bob.agents, title text);

\c - dw_app
SET tenancy.tenant = 'test-bob';
INSERT INTO agents VALUES (2, 'bob''s agent');
INSERT INTO tasks VALUES (20, 2, 'bob''s task');
\c - dw_app
SET tenancy.tenant = 'test-alice';
INSERT INTO agents VALUES (1, 'alice''s agent');
INSERT INTO tasks VALUES (10, 1, 'alice''s task');

-- Alice sees only her rows, gets nothing by Bob's ids
SELECT * FROM agents;
SELECT * FROM tasks;
SELECT * FROM tasks WHERE id = 20;
UPDATE tasks SET title = 'stolen' WHERE id = 20;
DELETE FROM agents WHERE id = 2;
SELECT * FROM tenant_test_alice.agents;

-- Bob's schema is refused, in any statement
\set VERBOSITY sqlstate
SELECT * FROM tenant_test_bob.agents;
\set VERBOSITY default
SELECT * FROM tenant_test_bob.agents;
\set SHOW_CONTEXT never
INSERT INTO tenant_test_bob.agents VALUES (3, 'x');
UPDATE tenant_test_bob.tasks SET title = 'x';
DELETE FROM tenant_test_bob.tasks;
SELECT a.* FROM agents a JOIN tenant_test_bob.agents b USING (id);
WITH b AS (SELECT * FROM tenant_test_bob.agents) SELECT * FROM b;
SELECT (SELECT count(*) FROM "tenant_test_bob".agents);
SELECT * FROM U&"tenant!005ftest_bob" UESCAPE '!'.agents;
SELECT 'tenant_test_bob.agents'::regclass;
COPY tenant_test_bob.agents TO STDOUT;
EXPLAIN SELECT * FROM tenant_test_bob.agents;

-- the slug that is no slug is refused, and harms nothing
\c - dw_ops
SELECT tenancy.provision('test''; DROP SCHEMA tenant_test_bob; --');
\c - dw_app
SET tenancy.tenant = 'test''; DROP SCHEMA tenant_test_bob; --';
SELECT tenancy.bind('test''; DROP SCHEMA tenant_test_bob; --');
SET tenancy.tenant = 'test-bob';
SELECT * FROM agents;

-- a suspended tenant is refused, at the next statement
\c - dw_ops
SELECT tenancy.suspend('test-bob', 'invoice overdue');
\c - dw_app
\set VERBOSITY sqlstate
SET tenancy.tenant = 'test-bob';
\set VERBOSITY default
SHOW tenancy.tenant;
\c - dw_ops
SELECT tenancy.activate('test-bob');
\c - dw_app
SET tenancy.tenant = 'test-bob';
SELECT * FROM tasks;

-- the attempts have been counted
\c - postgres
SELECT slug, attempts_made, attempts_received FROM tenancy.stat_tenants WHERE slug LIKE 'test-%' ORDER BY 1;
SELECT slug, objects, rows, bytes > 0 AS bytes, erased_by, finished_at IS NOT NULL AS finished
  FROM tenancy.drop('test-alice');
SELECT slug, rows FROM tenancy.drop('test-bob');
SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant%';
SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant\_%';
SELECT slug, event, detail, actor FROM tenancy.events WHERE slug LIKE 'test-%' ORDER BY id;
DROP ROLE dw_app, dw_ops;
