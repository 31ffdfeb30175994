-- Advisory locks: taken, seen, tried by another session of the tenant, released
-- waits for sessions of the files before to end
SELECT pg_advisory_lock(1), pg_advisory_lock(2, 3), pg_advisory_lock_shared(4), pg_try_advisory_lock(5), pg_try_advisory_lock(-6);
SELECT classid, objid, objsubid, mode, granted FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1, 2, 3;
SELECT classid::bigint << 32 | objid::bigint AS key FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND objsubid = 1 AND pid = pg_backend_pid() ORDER BY 1;
\! psql -X -A -t -c "SELECT pg_try_advisory_lock(1), pg_try_advisory_lock(2, 3), pg_try_advisory_lock_shared(4), pg_try_advisory_lock(4), pg_try_advisory_lock(7)" -c "SELECT pg_advisory_unlock_all()"
SELECT pg_advisory_unlock(1), pg_advisory_unlock(2, 3), pg_advisory_unlock_shared(4), pg_advisory_unlock(5);
SELECT pg_advisory_unlock(8);
\! psql -X -A -t -c "SELECT pg_try_advisory_lock(1), pg_try_advisory_lock(2, 3)" -c "SELECT pg_advisory_unlock_all()"
BEGIN;
SELECT pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(2), pg_advisory_xact_lock_shared(3, 4), pg_try_advisory_xact_lock_shared(9223372036854775807);
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
\! psql -X -A -t -c "SELECT pg_try_advisory_xact_lock(1)" -c "SELECT pg_advisory_unlock_all()"
COMMIT;
SELECT pg_advisory_lock(1), pg_advisory_lock(1);
SELECT pg_advisory_unlock_all();
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
SELECT pg_advisory_lock(hashtext('invoice-7')), pg_advisory_unlock(hashtext('invoice-7'));
