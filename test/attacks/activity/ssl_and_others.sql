-- Views of connections beside pg_stat_activity.
-- @background
SELECT 'LEARNED ssl' FROM pg_stat_ssl WHERE pid = :beta_pid;
SELECT 'LEARNED gss' FROM pg_stat_gssapi WHERE pid = :beta_pid;
