-- Row locks: FOR UPDATE, SKIP LOCKED, NOWAIT, a second session
BEGIN;
SELECT id FROM employees WHERE id IN (1, 2) ORDER BY id FOR UPDATE;
SELECT id FROM employees WHERE id = 3 FOR SHARE;
SELECT o.id FROM orders o JOIN accounts a ON a.id = o.account_id WHERE o.id = 1 FOR NO KEY UPDATE OF o;
\! psql -X -A -t -c "SELECT id FROM employees WHERE id < 5 ORDER BY id FOR UPDATE SKIP LOCKED"
\! psql -X -A -t -c "SELECT pg_blocking_pids(pg_backend_pid())"
COMMIT;
\! psql -X -A -t -c "SELECT id FROM employees WHERE id < 5 ORDER BY id FOR UPDATE NOWAIT"
