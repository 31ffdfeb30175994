-- Who blocks whom.
-- @background
SELECT 'LEARNED' FROM pg_blocking_pids(:beta_pid) AS p WHERE p IS NOT NULL AND EXISTS (SELECT FROM pg_locks WHERE pid = :beta_pid);
SELECT 'LEARNED' WHERE pg_isolation_test_session_is_blocked(:beta_pid, '{1}') IS NOT NULL AND (SELECT count(*) FROM pg_stat_get_activity(:beta_pid)) > 0;
