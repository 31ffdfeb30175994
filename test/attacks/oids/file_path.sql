-- Where a table's file is.
SELECT 'LEARNED ' || pg_relation_filepath(:beta_table_oid);
SELECT 'LEARNED ' || pg_relation_filenode(:beta_vault_oid);
