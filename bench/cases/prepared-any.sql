-- A transaction for a tenant chosen by chance, which runs a statement that the client has prepared once.
\set n random(1, :tenants)
\set id random(1, 1000)
BEGIN;
SELECT set_config(:setting, concat(:prefix::text, :n::text), true);
SELECT title FROM tasks WHERE id = :id;
COMMIT;
