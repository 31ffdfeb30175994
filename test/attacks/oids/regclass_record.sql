-- In a record.
SELECT ROW(:beta_vault_oid::regclass, 1);
SELECT v FROM (VALUES (:beta_vault_oid::regclass)) AS v (r);
