-- The tables of the tenant that is measured; made in the first schema of the search path.
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE projects (id int PRIMARY KEY, customer_id int NOT NULL, name text NOT NULL);
CREATE TABLE agents (id int PRIMARY KEY, project_id int NOT NULL, name text NOT NULL);
CREATE TABLE tasks (id int PRIMARY KEY, agent_id int NOT NULL, title text NOT NULL);
CREATE TABLE notes (id int PRIMARY KEY, task_id int NOT NULL, body text NOT NULL);
CREATE TABLE entries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, task_id int NOT NULL, body text NOT NULL);

INSERT INTO customers SELECT i, 'customer ' || i FROM generate_series(1, 100) i;
INSERT INTO projects SELECT i, 1 + i % 100, 'project ' || i FROM generate_series(1, 1000) i;
INSERT INTO agents SELECT i, 1 + i % 1000, 'agent ' || i FROM generate_series(1, 1000) i;
INSERT INTO tasks SELECT i, 1 + i % 1000, 'task ' || i FROM generate_series(1, 10000) i;
INSERT INTO notes SELECT i, 1 + i % 10000, 'note ' || i FROM generate_series(1, 10000) i;
