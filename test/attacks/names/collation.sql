-- A collation of another tenant.
SELECT 'LEARNED' WHERE 'a' < 'b' COLLATE tenant_beta.canary_collation;
