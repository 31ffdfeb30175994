-- currtid2() opens a table by name.
SELECT 'LEARNED ' || currtid2('tenant_beta.accounts', '(0,1)');
