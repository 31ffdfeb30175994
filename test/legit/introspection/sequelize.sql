-- Of the shape that Sequelize's describeTable, showIndexes, foreign keys and enum queries have
SELECT pk.constraint_type AS "Constraint", c.column_name AS "Field", c.column_default AS "Default", c.is_nullable AS "Null",
       (CASE WHEN c.udt_name = 'hstore' THEN c.udt_name ELSE c.data_type END) || (CASE WHEN c.character_maximum_length IS NOT NULL THEN '(' || c.character_maximum_length || ')' ELSE '' END) AS "Type",
       (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_type t JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid WHERE t.typname = c.udt_name AND t.typnamespace = c.udt_schema::regnamespace) AS "special",
       (SELECT pgd.description FROM pg_catalog.pg_statio_all_tables AS st INNER JOIN pg_catalog.pg_description pgd ON pgd.objoid = st.relid WHERE c.ordinal_position = pgd.objsubid AND c.table_name = st.relname AND st.schemaname = c.table_schema) AS "Comment"
  FROM information_schema.columns c
  LEFT JOIN (SELECT tc.table_schema, tc.table_name, cu.column_name, tc.constraint_type FROM information_schema.TABLE_CONSTRAINTS tc
               JOIN information_schema.KEY_COLUMN_USAGE cu ON tc.table_schema = cu.table_schema AND tc.table_name = cu.table_name AND tc.constraint_name = cu.constraint_name AND tc.constraint_type = 'PRIMARY KEY') pk
    ON pk.table_schema = c.table_schema AND pk.table_name = c.table_name AND pk.column_name = c.column_name
 WHERE c.table_name = 'orders' AND c.table_schema = 'tenant_alpha' ORDER BY c.ordinal_position;
SELECT i.relname AS name, ix.indisprimary AS primary, ix.indisunique AS unique, ix.indkey AS indkey, array_agg(a.attname ORDER BY a.attnum) AS column_names, pg_get_indexdef(ix.indexrelid) AS definition
  FROM pg_class t, pg_class i, pg_index ix, pg_attribute a, pg_namespace s
 WHERE t.oid = ix.indrelid AND i.oid = ix.indexrelid AND a.attrelid = t.oid AND t.relkind = 'r' AND t.relname = 'orders' AND s.oid = t.relnamespace AND s.nspname = 'tenant_alpha' AND a.attnum > 0 AND NOT a.attisdropped
 GROUP BY i.relname, ix.indexrelid, ix.indisprimary, ix.indisunique, ix.indkey ORDER BY i.relname;
SELECT DISTINCT tc.constraint_name, tc.constraint_schema, tc.table_schema, tc.table_name, kcu.column_name, ccu.table_schema AS referenced_table_schema, ccu.table_name AS referenced_table_name, ccu.column_name AS referenced_column_name, tc.is_deferrable, tc.initially_deferred
  FROM information_schema.table_constraints AS tc JOIN information_schema.key_column_usage AS kcu ON tc.constraint_name = kcu.constraint_name AND tc.table_schema = kcu.table_schema
  JOIN information_schema.constraint_column_usage AS ccu ON ccu.constraint_name = tc.constraint_name AND ccu.constraint_schema = tc.constraint_schema
 WHERE constraint_type = 'FOREIGN KEY' ORDER BY 3, 4, 1, 5, 8;
SELECT t.typname enum_name, array_agg(e.enumlabel ORDER BY enumsortorder) enum_value FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = current_schema() GROUP BY 1 ORDER BY 1;
WITH ranges AS (SELECT pg_range.rngtypid, pg_type.typname AS rngtypname, pg_type.typarray AS rngtyparray, pg_range.rngsubtype FROM pg_range LEFT OUTER JOIN pg_type ON pg_type.oid = pg_range.rngtypid)
SELECT pg_type.typname, pg_type.typtype, ranges.rngtypname, ranges.rngsubtype::regtype FROM pg_type LEFT OUTER JOIN ranges ON pg_type.oid = ranges.rngsubtype WHERE pg_type.typtype IN ('b', 'e') AND pg_type.typname !~ '^_' ORDER BY 1, pg_type.oid, 3;
SELECT schema_name FROM information_schema.schemata WHERE schema_name !~ E'^pg_' AND schema_name <> 'information_schema' ORDER BY 1;
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'orders'::regclass;
