-- A name is compared, not shown.
SELECT 'LEARNED' WHERE :beta_vault_oid::regclass::text ~ '^tenant_b';
SELECT 'LEARNED' FROM accounts WHERE (id + :beta_vault_oid - id)::oid::regclass::text LIKE 'tenant%' LIMIT 1;
