-- An operator of another tenant, built over a built-in function.
SELECT 'LEARNED' WHERE 'a'::text OPERATOR(tenant_beta.===) 'a'::text;
