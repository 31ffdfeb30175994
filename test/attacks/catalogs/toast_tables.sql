-- TOAST tables and their indexes have a schema of their own in the catalogs.
SELECT 'LEARNED ' || relname FROM pg_class WHERE oid = :beta_toast_oid;
SELECT 'LEARNED ' || count(*) FROM pg_attribute WHERE attrelid = :beta_toast_oid HAVING count(*) > 0;
SELECT 'LEARNED ' || indexrelid FROM pg_index WHERE indrelid = :beta_toast_oid;
SELECT 'LEARNED ' || relname FROM pg_stat_all_tables WHERE relid = :beta_toast_oid;
