-- How many sessions there are, and since when.
-- @background
SELECT 'LEARNED ' || count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' HAVING count(*) > 1;
SELECT 'LEARNED ' || xact_start FROM pg_stat_activity WHERE pid = :beta_pid;
