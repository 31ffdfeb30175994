-- An operator within ANY and a sort by USING.
SELECT 'LEARNED' WHERE 'a'::text OPERATOR(tenant_beta.===) ANY (ARRAY['a', 'b']);
