-- A table is dumped, dropped and restored by its own tenant
\! pg_dump --no-owner -t ancestors -t heirs -Fc -f archive
BEGIN;
DROP TABLE ancestors CASCADE;
ROLLBACK;
\! pg_restore --clean --if-exists --no-owner -d "$PGDATABASE" archive && echo restored
SELECT * FROM ancestors ORDER BY id;
\! rm archive
