-- The schema of one tenant that bench/tenants measures with: 20 tables, 42 indexes, 25 foreign keys, 3 views, 4 functions,
-- 6 triggers, 2 enums.  Made in the first schema of the search path; no name is qualified.
CREATE TYPE task_state AS ENUM ('open', 'running', 'done', 'failed');
CREATE TYPE member_role AS ENUM ('owner', 'admin', 'member', 'guest');

CREATE TABLE users (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email      varchar(255) NOT NULL,
    name       text NOT NULL,
    locale     varchar(10) NOT NULL DEFAULT 'en',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_email_form CHECK (email LIKE '%@%')
);
CREATE UNIQUE INDEX users_email_idx ON users (lower(email));

CREATE TABLE teams (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE members (
    team_id bigint NOT NULL REFERENCES teams ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role    member_role NOT NULL DEFAULT 'member',
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX members_user_idx ON members (user_id);

CREATE TABLE customers (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    vat_number varchar(20),
    address    jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX customers_name_idx ON customers (name);

CREATE TABLE projects (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team_id     bigint NOT NULL REFERENCES teams,
    customer_id bigint REFERENCES customers ON DELETE SET NULL,
    name        text NOT NULL,
    budget      numeric(12, 2) NOT NULL DEFAULT 0 CHECK (budget >= 0),
    archived    boolean NOT NULL DEFAULT false,
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX projects_team_idx ON projects (team_id);
CREATE INDEX projects_active_idx ON projects (customer_id) WHERE NOT archived;

CREATE TABLE agents (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects ON DELETE CASCADE,
    name       text NOT NULL,
    model      text NOT NULL,
    settings   jsonb NOT NULL DEFAULT '{}',
    UNIQUE (project_id, name)
);

CREATE TABLE tasks (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES projects ON DELETE CASCADE,
    agent_id   bigint REFERENCES agents ON DELETE SET NULL,
    owner_id   uuid REFERENCES users,
    title      text NOT NULL,
    body       text,
    state      task_state NOT NULL DEFAULT 'open',
    due        date,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tasks_project_state_idx ON tasks (project_id, state);
CREATE INDEX tasks_owner_due_idx ON tasks (owner_id, due) INCLUDE (title);

CREATE TABLE comments (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id    bigint NOT NULL REFERENCES tasks ON DELETE CASCADE,
    author_id  uuid NOT NULL REFERENCES users,
    body       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX comments_task_idx ON comments (task_id, created_at);

CREATE TABLE labels (
    id   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE task_labels (
    task_id  bigint NOT NULL REFERENCES tasks ON DELETE CASCADE,
    label_id int NOT NULL REFERENCES labels ON DELETE CASCADE,
    PRIMARY KEY (task_id, label_id)
);
CREATE INDEX task_labels_label_idx ON task_labels (label_id);

CREATE TABLE files (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id   bigint REFERENCES tasks ON DELETE CASCADE,
    name      text NOT NULL,
    owner_id  uuid REFERENCES users,
    size      bigint NOT NULL,
    digest    bytea NOT NULL
);
CREATE INDEX files_task_idx ON files (task_id);

CREATE TABLE runs (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id     bigint NOT NULL REFERENCES tasks ON DELETE CASCADE,
    agent_id    bigint NOT NULL REFERENCES agents ON DELETE CASCADE,
    state       task_state NOT NULL DEFAULT 'open',
    started_at  timestamptz,
    finished_at timestamptz,
    output      text
);
CREATE INDEX runs_task_idx ON runs (task_id);
CREATE INDEX runs_open_idx ON runs (agent_id) WHERE state IN ('open', 'running');

CREATE TABLE run_steps (
    run_id bigint NOT NULL REFERENCES runs ON DELETE CASCADE,
    number int NOT NULL,
    detail jsonb NOT NULL,
    PRIMARY KEY (run_id, number)
);

CREATE TABLE usage_records (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id   bigint REFERENCES runs ON DELETE SET NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    tokens   bigint NOT NULL,
    cost     numeric(12, 6) NOT NULL
);
CREATE INDEX usage_records_at_idx ON usage_records USING brin (at);

CREATE TABLE invoices (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    number      varchar(30) NOT NULL UNIQUE,
    issued      date NOT NULL DEFAULT current_date,
    total       numeric(12, 2) NOT NULL DEFAULT 0,
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX invoices_customer_idx ON invoices (customer_id, issued);

CREATE TABLE invoice_lines (
    invoice_id bigint NOT NULL REFERENCES invoices ON DELETE CASCADE,
    position   int NOT NULL,
    project_id bigint REFERENCES projects,
    text       text NOT NULL,
    amount     numeric(12, 2) NOT NULL,
    PRIMARY KEY (invoice_id, position)
);

CREATE TABLE payments (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id bigint NOT NULL REFERENCES invoices,
    amount     numeric(12, 2) NOT NULL CHECK (amount > 0),
    paid_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payments_invoice_idx ON payments (invoice_id);

CREATE TABLE api_keys (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    key_hash   bytea NOT NULL UNIQUE,
    expires_at timestamptz
);

CREATE TABLE webhooks (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team_id bigint NOT NULL REFERENCES teams ON DELETE CASCADE,
    url     text NOT NULL,
    events  text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE audit_entries (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    actor   uuid REFERENCES users ON DELETE SET NULL,
    action  text NOT NULL,
    details jsonb
);
CREATE INDEX audit_entries_at_idx ON audit_entries (at DESC);
CREATE INDEX audit_entries_details_idx ON audit_entries USING gin (details);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_entries (action, details) VALUES (TG_OP || ' ' || TG_TABLE_NAME, to_jsonb(NEW));
    RETURN NULL;
END
$$;

CREATE FUNCTION open_tasks(project bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM tasks WHERE project_id = project AND state IN ('open', 'running')
$$;

CREATE FUNCTION balance(customer bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(i.total), 0) - coalesce((SELECT sum(p.amount) FROM payments p JOIN invoices j ON j.id = p.invoice_id
                                                  WHERE j.customer_id = customer), 0)
      FROM invoices i WHERE i.customer_id = customer
$$;

CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER touch BEFORE UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER touch BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER touch BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE VIEW project_overview AS
SELECT p.id, p.name, t.name AS team, open_tasks(p.id) AS open_tasks
  FROM projects p JOIN teams t ON t.id = p.team_id WHERE NOT p.archived;

CREATE VIEW customer_balances AS
SELECT c.id, c.name, balance(c.id) AS balance FROM customers c;

CREATE VIEW monthly_usage AS
SELECT date_trunc('month', u.at) AS month, r.agent_id, sum(u.tokens) AS tokens, sum(u.cost) AS cost
  FROM usage_records u LEFT JOIN runs r ON r.id = u.run_id GROUP BY 1, 2;
