-- search_path for a transaction, before a savepoint that is taken back.
BEGIN;
SAVEPOINT s;
SET LOCAL search_path = pg_catalog, tenant_beta;
SELECT owner FROM accounts;
ROLLBACK TO s;
SELECT owner FROM accounts WHERE owner NOT LIKE 'ALPHA%';
COMMIT;
