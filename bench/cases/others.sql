-- A transaction for a tenant chosen by chance, as a pooled connection serves them.
\set n random(1, :tenants)
BEGIN;
SET LOCAL tenancy.tenant = 't:n';
COMMIT;
