-- Through a descriptor, in a transaction.
BEGIN;
SELECT convert_from(loread(lo_open(:beta_lo_oid, 262144), 100), 'UTF8');
COMMIT;
