-- A transaction that chooses its tenant by a ticket and does nothing.
BEGIN;
SET LOCAL :setting = :ticket;
COMMIT;
