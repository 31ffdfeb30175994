-- Columns.
SELECT attname FROM pg_attribute WHERE attrelid = :beta_vault_oid AND attnum > 0;
