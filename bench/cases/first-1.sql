-- The first binding of a session.
BEGIN;
SET LOCAL tenancy.tenant = 't1';
COMMIT;
