-- Processes of other tenants.
-- @background
-- @oracle pid=:beta_pid|999999
SELECT pg_cancel_backend(:pid);
SELECT count(*) FROM pg_stat_get_activity(:pid);
