-- pgrowlocks() takes a name and reads the rows.
SELECT count(*) FROM pgrowlocks('tenant_beta.accounts');
BEGIN;
SELECT 'LEARNED' WHERE (SELECT count(*) FROM pgrowlocks('tenant_beta.accounts')) >= 0;
COMMIT;
