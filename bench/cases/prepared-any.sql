-- A transaction for a tenant chosen by chance, which runs a statement that the session has prepared once.
\set n random(1, :tenants)
\set id random(1, 1000)
BEGIN;
SET LOCAL :setting = ':prefix:n';
\if :first
\set first 0
PREPARE title(int) AS SELECT title FROM tasks WHERE id = $1;
\endif
EXECUTE title(:id);
COMMIT;
