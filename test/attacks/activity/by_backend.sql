-- The functions by number of a backend.
-- @background
SELECT pg_stat_get_backend_activity(b) FROM pg_stat_get_backend_idset() AS b;
SELECT 'LEARNED ' || pg_stat_get_backend_xact_start(b) FROM pg_stat_get_backend_idset() AS b WHERE pg_stat_get_backend_pid(b) = :beta_pid;
SELECT 'LEARNED' FROM pg_stat_get_backend_idset() AS b WHERE pg_stat_get_backend_pid(b) = :beta_pid;
