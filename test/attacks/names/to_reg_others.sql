-- The other functions of the family.
SELECT 'LEARNED function' WHERE to_regproc('tenant_beta.canary_function') IS NOT NULL;
SELECT 'LEARNED function' WHERE to_regprocedure('tenant_beta.canary_function(int)') IS NOT NULL;
SELECT 'LEARNED type' WHERE to_regtype('tenant_beta.canary_mood') IS NOT NULL;
SELECT 'LEARNED operator' WHERE to_regoperator('tenant_beta.===(text,text)') IS NOT NULL;
SELECT 'LEARNED collation' WHERE to_regcollation('tenant_beta.canary_collation') IS NOT NULL;
