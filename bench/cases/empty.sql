-- A transaction that does nothing.
BEGIN;
COMMIT;
