-- pg_stat_activity: one's own session, and another one of the tenant
-- waits for sessions of the files before to end
SET application_name = 'looker';
SELECT datname = current_database(), usename, application_name, state, query, backend_type, client_addr, wait_event FROM pg_stat_activity WHERE pid = pg_backend_pid();
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'looker';
SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database() ORDER BY 1;
\! psql -X -A -t -c "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() ORDER BY 1"
SELECT pg_backend_pid() = ANY (SELECT pid FROM pg_stat_activity), pg_stat_get_backend_pid(b) = pg_backend_pid() FROM pg_stat_get_backend_idset() b WHERE pg_stat_get_backend_pid(b) = pg_backend_pid();
SELECT a.usename, s.ssl FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) WHERE pid = pg_backend_pid();
