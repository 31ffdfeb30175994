-- Makes what the worker needs in a database with tenancy: its login, which may read and hear events, and the
-- table of what it has done. Run it as a superuser.
--
--   psql -d app -f setup.sql
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT 'CREATE ROLE events_worker LOGIN IN ROLE tenancy_auditor' WHERE to_regrole('events_worker') IS NULL \gexec
CREATE SCHEMA events_worker;
CREATE TABLE events_worker.positions (
    worker     text PRIMARY KEY,
    last_id    bigint NOT NULL DEFAULT 0,    -- tenancy.events.id of the last event that has been handled
    changed_at timestamptz NOT NULL DEFAULT now()
);
GRANT USAGE ON SCHEMA events_worker TO events_worker;
GRANT SELECT, INSERT, UPDATE ON events_worker.positions TO events_worker;
