-- Numbers of the running transaction, by view and by function.
SELECT relname FROM pg_stat_xact_user_tables;
SELECT 'LEARNED' WHERE pg_stat_get_xact_numscans(:beta_table_oid) IS NULL;
SELECT relname FROM pg_stat_xact_all_tables WHERE relid = :beta_vault_oid;
