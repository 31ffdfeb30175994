-- pg_stat_activity: how many sessions of this database
-- waits for sessions of the files before to end
SELECT count(*), count(DISTINCT usename) FROM pg_stat_activity WHERE datname = current_database();
SELECT usename, state, count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1, 2 ORDER BY 1, 2;
