-- pg_lock_status() through a cursor, json and COPY.
-- @background
BEGIN;
DECLARE c CURSOR FOR SELECT 'LEARNED ' || to_json(l)::text FROM pg_lock_status() AS l WHERE l.pid = :beta_pid;
FETCH ALL FROM c;
COMMIT;
COPY (SELECT 'LEARNED ' || mode FROM pg_locks WHERE pid = :beta_pid) TO STDOUT;
