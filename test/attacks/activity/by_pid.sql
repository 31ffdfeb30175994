-- pg_stat_get_activity() with a process number, in the target list too.
-- @background
SELECT query, application_name FROM pg_stat_get_activity(:beta_pid);
SELECT (pg_stat_get_activity(:beta_pid)).query;
