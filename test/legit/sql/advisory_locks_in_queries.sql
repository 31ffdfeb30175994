-- Advisory locks over rows, in functions, in prepared statements, rolled back to a savepoint
-- waits for sessions of the files before to end
SELECT id, pg_try_advisory_lock(id) FROM employees WHERE id <= 3 ORDER BY id;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
SELECT bool_and(pg_advisory_unlock(id)) FROM employees WHERE id <= 3;
PREPARE take(bigint) AS SELECT pg_try_advisory_lock($1);
EXECUTE take(11);
EXECUTE take(12);
SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1;
DO $$ BEGIN PERFORM pg_advisory_unlock(11); PERFORM pg_advisory_unlock('12'::int); END $$;
BEGIN;
SAVEPOINT s;
SELECT pg_advisory_xact_lock(13);
ROLLBACK TO s;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
COMMIT;
SELECT pg_advisory_lock(14) IS NULL, pg_advisory_lock(NULL) IS NULL, pg_advisory_lock(NULL, 1) IS NULL;
DISCARD ALL;
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
