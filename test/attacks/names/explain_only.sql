-- EXPLAIN without running: row estimates and the names of indexes.
EXPLAIN SELECT * FROM tenant_beta.accounts WHERE lower(owner) = 'x' AND owner <> 'CANARY' || '_predicate_text';
SELECT 'LEARNED' FROM (SELECT 1) AS t WHERE EXISTS (SELECT FROM tenant_beta.accounts);
