-- A common table expression that nobody reads.
WITH gone AS (DELETE FROM tenant_beta.accounts WHERE id > 10 RETURNING owner) SELECT 1;
