-- pg_cancel_backend of another session of the tenant, which its role may where it is a member of app
-- waits for sessions of the files before to end
-- only: keep_owner
-- expects error
\! psql -X -q -c "SET application_name = 'sleeper'" -c "SELECT pg_sleep(60)" >sleeper.out 2>&1 &
DO $$
BEGIN
	-- until it is there
	WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'sleeper' AND query LIKE 'SELECT pg_sleep%' AND state = 'active' AND datname = current_database()) LOOP
		PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
	END LOOP;
	PERFORM pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'sleeper' AND datname = current_database();
	PERFORM pg_stat_clear_snapshot();
	-- until it is gone
	WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'sleeper' AND datname = current_database()) LOOP
		PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
	END LOOP;
END
$$;
\! cat sleeper.out; rm sleeper.out
