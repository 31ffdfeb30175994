-- to_regclass() gives null for what does not exist, and an OID for what does.
SELECT 'LEARNED' WHERE to_regclass('tenant_beta.accounts') IS NOT NULL;
