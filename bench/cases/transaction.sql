-- A transaction that chooses its tenant and reads one row.
\set id random(1, 10000)
BEGIN;
SET LOCAL :setting = :value;
SELECT title FROM tasks WHERE id = :id;
COMMIT;
