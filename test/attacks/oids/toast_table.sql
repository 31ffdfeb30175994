-- The TOAST table of another tenant's table lies in pg_toast.
SELECT 'LEARNED ' || pg_relation_size(:beta_toast_oid);
SELECT 'LEARNED' WHERE has_table_privilege(:beta_toast_oid, 'SELECT') IS NOT NULL;
SELECT 'LEARNED' WHERE :beta_toast_oid::regclass::text LIKE 'pg_toast%';
