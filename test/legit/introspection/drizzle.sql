-- Of the shape that drizzle-kit's pull has
SELECT s.nspname AS table_schema FROM pg_catalog.pg_namespace s JOIN pg_catalog.pg_user u ON u.usesysid = s.nspowner
 WHERE s.nspname NOT IN ('information_schema', 'pg_catalog', 'public') AND s.nspname NOT LIKE 'pg_toast%' AND s.nspname NOT LIKE 'pg_temp_%' ORDER BY table_schema;
SELECT n.nspname AS table_schema, c.relname AS table_name, CASE WHEN c.relkind = 'r' THEN 'table' WHEN c.relkind = 'v' THEN 'view' WHEN c.relkind = 'm' THEN 'materialized_view' END AS type, c.relrowsecurity AS rls_enabled
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid::text = c.relnamespace::text
 WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname IN ('tenant_alpha', 'public') ORDER BY 1, 2;
SELECT a.attrelid::regclass::text AS table_name, a.attname AS column_name, a.attnotnull, format_type(a.atttypid, a.atttypmod) AS data_type,
       CASE WHEN a.atttypid = ANY ('{int,int8,int2}'::regtype[]) AND EXISTS (
         SELECT FROM pg_attrdef ad WHERE ad.adrelid = a.attrelid AND ad.adnum = a.attnum
            AND pg_get_expr(ad.adbin, ad.adrelid) = 'nextval(''' || pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)::regclass || '''::regclass)')
       THEN CASE a.atttypid WHEN 'int'::regtype THEN 'serial' WHEN 'int8'::regtype THEN 'bigserial' WHEN 'int2'::regtype THEN 'smallserial' END
       ELSE format_type(a.atttypid, a.atttypmod) END AS serial_type,
       a.attgenerated, pg_get_expr(d.adbin, d.adrelid) AS generation
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid IN ('accounts'::regclass, 'orders'::regclass, 'products'::regclass, 'shipments'::regclass) AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attrelid::regclass::text, a.attnum;
SELECT tc.constraint_name, tc.constraint_type, tc.table_schema, kcu.column_name
  FROM information_schema.table_constraints tc
  JOIN information_schema.constraint_column_usage AS ccu USING (constraint_schema, constraint_name)
  LEFT JOIN information_schema.key_column_usage kcu ON kcu.constraint_name = tc.constraint_name AND kcu.constraint_schema = tc.constraint_schema
 WHERE tc.table_name = 'order_items' AND tc.constraint_schema = 'tenant_alpha' ORDER BY 1, 2, 4;
SELECT con.contype AS constraint_type, nsp.nspname AS constraint_schema, con.conname AS constraint_name, rel.relname AS table_name, pg_get_constraintdef(con.oid, true) AS definition
  FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class rel ON rel.oid = con.conrelid JOIN pg_catalog.pg_namespace nsp ON nsp.oid = con.connamespace
 WHERE nsp.nspname = 'tenant_alpha' AND con.contype = 'c' ORDER BY rel.relname, con.conname;
SELECT DISTINCT ON (t.relname, ic.relname, k.i) t.relname AS table_name, ic.relname AS indexname, k.i AS index_order, i.indisunique AS is_unique, am.amname AS method,
       ic.reloptions AS with, coalesce(a.attname, CASE WHEN k.i > i.indnkeyatts THEN NULL ELSE pg_get_indexdef(i.indexrelid, k.i, false) END) AS column_name,
       CASE WHEN pg_get_expr(i.indexprs, i.indrelid) IS NOT NULL THEN 1 ELSE 0 END AS is_expression, i.indoption[k.i - 1] & 1 = 1 AS descending,
       i.indoption[k.i - 1] & 2 = 2 AS nulls_first, pg_get_expr(i.indpred, i.indrelid) AS where, opc.opcname
  FROM pg_class t LEFT JOIN pg_index i ON t.oid = i.indrelid LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
 CROSS JOIN LATERAL (SELECT unnest(i.indkey), generate_subscripts(i.indkey, 1) + 1) AS k (attnum, i)
  LEFT JOIN pg_attribute AS a ON t.oid = a.attrelid AND k.attnum = a.attnum
  JOIN pg_namespace c ON c.oid = t.relnamespace LEFT JOIN pg_am AS am ON ic.relam = am.oid
  JOIN pg_opclass opc ON opc.oid = ANY (i.indclass)
 WHERE c.nspname = 'tenant_alpha' ORDER BY t.relname, ic.relname, k.i, opc.opcname;
SELECT n.nspname AS enum_schema, t.typname AS enum_name, e.enumlabel AS enum_value, e.enumsortorder AS sort_order
  FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace ORDER BY 1, 2, 4;
SELECT schemaname, tablename, policyname AS name, permissive, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2, 3;
SELECT rolname, rolinherit, rolcreatedb, rolcreaterole FROM pg_roles ORDER BY 1;
