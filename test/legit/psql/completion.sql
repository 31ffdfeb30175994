-- The like of what psql sends on TAB: names of relations, columns, types, functions, schemas, settings
SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c
 WHERE substring(pg_catalog.quote_ident(c.relname), 1, 2) = 'or' AND c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p')
   AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
   AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1 LIMIT 1000;
SELECT pg_catalog.quote_ident(n.nspname) || '.' FROM pg_catalog.pg_namespace n
 WHERE substring(pg_catalog.quote_ident(n.nspname) || '.', 1, 3) = 'ten'
   AND (SELECT pg_catalog.count(*) FROM pg_catalog.pg_namespace
         WHERE substring(pg_catalog.quote_ident(nspname) || '.', 1, 3) = substring('ten', 1, pg_catalog.length(pg_catalog.quote_ident(nspname)) + 1)) >= 1
 ORDER BY 1;
SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
  FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n
 WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND substring(pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), 1, 8) = 'tenant_a'
 ORDER BY 1;
SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.pg_attribute a, pg_catalog.pg_class c
 WHERE c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped AND pg_catalog.quote_ident(relname) = 'accounts'
   AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1;
SELECT pg_catalog.format_type(t.oid, NULL) FROM pg_catalog.pg_type t
 WHERE (t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid)) AND t.typname !~ '^_'
   AND substring(pg_catalog.format_type(t.oid, NULL), 1, 2) IN ('or', 'pr', 'ad') AND pg_catalog.pg_type_is_visible(t.oid) ORDER BY 1;
SELECT pg_catalog.quote_ident(p.proname) || '(' FROM pg_catalog.pg_proc p
 WHERE substring(pg_catalog.quote_ident(p.proname), 1, 5) = 'order' AND pg_catalog.pg_function_is_visible(p.oid) ORDER BY 1;
SELECT pg_catalog.quote_literal(enumlabel) FROM pg_catalog.pg_enum e, pg_catalog.pg_type t
 WHERE t.oid = e.enumtypid AND pg_catalog.quote_ident(t.typname) = 'order_status' AND pg_catalog.pg_type_is_visible(t.oid) ORDER BY enumsortorder;
SELECT conname FROM pg_catalog.pg_constraint c WHERE c.conrelid = (SELECT oid FROM pg_catalog.pg_class WHERE relname = 'orders' AND pg_catalog.pg_table_is_visible(oid)) ORDER BY 1;
SELECT tgname FROM pg_catalog.pg_trigger t, pg_catalog.pg_class c WHERE c.oid = t.tgrelid AND NOT tgisinternal AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1;
SELECT extname FROM pg_catalog.pg_extension ORDER BY 1;
SELECT rolname FROM pg_catalog.pg_roles WHERE rolname LIKE 'ten%' ORDER BY 1;
SELECT channel FROM pg_catalog.pg_listening_channels() AS channel;
SELECT name FROM pg_catalog.pg_prepared_statements UNION ALL SELECT name FROM pg_catalog.pg_cursors;
SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings WHERE context IN ('user', 'superuser') AND name LIKE 'search%';
