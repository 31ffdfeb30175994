-- pg_locks of one's own session and of another one of the tenant
-- waits for sessions of the files before to end
BEGIN;
LOCK TABLE accounts IN SHARE MODE;
LOCK orders, products IN ROW EXCLUSIVE MODE;
SELECT locktype, relation::regclass, mode, granted FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation IN ('accounts'::regclass, 'orders'::regclass, 'products'::regclass) ORDER BY relation::regclass::text;
SELECT l.mode, c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname LIKE 'tenant%' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND c.relkind = 'r' ORDER BY 2, 1;
SELECT DISTINCT locktype FROM pg_locks WHERE pid = pg_backend_pid() ORDER BY 1;
\! psql -X -A -t -c "SELECT relation::regclass, mode FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'accounts'::regclass" -c "SELECT d.datname = current_database() FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'accounts'::regclass"
COMMIT;
SELECT count(*) FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'accounts'::regclass;
