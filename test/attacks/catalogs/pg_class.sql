-- Tables, views, sequences and indexes of all tenants.
SELECT relname FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg%');
