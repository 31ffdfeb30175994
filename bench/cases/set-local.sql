-- A transaction that chooses its tenant and does nothing.
BEGIN;
SET LOCAL :setting = :value;
COMMIT;
