-- One row by its OID, through the index that the system itself uses.
SELECT relname FROM pg_class WHERE oid = :beta_vault_oid;
SELECT 'LEARNED' FROM pg_class WHERE oid = :beta_table_oid FOR SHARE;
