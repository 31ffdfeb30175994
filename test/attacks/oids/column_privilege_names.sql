-- has_column_privilege() with an OID and a name tells which columns there are, by its errors.
SELECT 'LEARNED' WHERE has_column_privilege(:beta_vault_oid, 'id', 'SELECT') IS NOT NULL;
