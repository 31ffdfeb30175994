-- Conditions that do not name the schema's column.
SELECT relname FROM pg_class AS c WHERE c.* IS NOT NULL OR relname = 'canary' || '_vault';
SELECT (pg_class).relname FROM pg_class WHERE (pg_class).relname LIKE 'canary%';
SELECT relname FROM ONLY pg_class WHERE xmin IS NOT NULL AND cmin IS NOT NULL AND reltype = (SELECT oid FROM pg_type WHERE typname = 'canary' || '_vault');
