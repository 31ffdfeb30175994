-- Of the shape that PostgREST's schema cache has: tables, columns, keys
WITH columns AS (
	SELECT nc.nspname::name AS table_schema, c.relname::name AS table_name, a.attname::name AS column_name, d.description, coalesce(pg_get_expr(ad.adbin, ad.adrelid), CASE WHEN a.attidentity <> '' THEN 'identity' END) AS column_default,
	       not (a.attnotnull OR t.typtype = 'd' AND t.typnotnull) AS is_nullable, CASE WHEN t.typtype = 'd' THEN CASE WHEN bt.typelem <> 0 AND bt.typlen = -1 THEN 'ARRAY' WHEN nbt.nspname = 'pg_catalog' THEN format_type(t.typbasetype, NULL) ELSE format_type(a.atttypid, a.atttypmod) END
	            ELSE CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN 'ARRAY' WHEN nt.nspname = 'pg_catalog' THEN format_type(a.atttypid, NULL) ELSE format_type(a.atttypid, a.atttypmod) END END AS data_type,
	       format_type(a.atttypid, a.atttypmod) AS nominal_data_type, a.attnum AS position
	  FROM pg_attribute a LEFT JOIN pg_description AS d ON d.objoid = a.attrelid AND d.objsubid = a.attnum AND d.classoid = 'pg_class'::regclass LEFT JOIN pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
	  JOIN (pg_class c JOIN pg_namespace nc ON c.relnamespace = nc.oid) ON a.attrelid = c.oid JOIN (pg_type t JOIN pg_namespace nt ON t.typnamespace = nt.oid) ON a.atttypid = t.oid
	  LEFT JOIN (pg_type bt JOIN pg_namespace nbt ON bt.typnamespace = nbt.oid) ON t.typtype = 'd' AND t.typbasetype = bt.oid
	 WHERE NOT pg_is_other_temp_schema(nc.oid) AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'f', 'm', 'p') AND nc.nspname LIKE 'tenant%'),
columns_agg AS (
	SELECT DISTINCT info.table_schema, info.table_name, array_agg(row (info.column_name, info.description, info.is_nullable::boolean, info.data_type, info.column_default, coalesce(enum_info.vals, '{}')) ORDER BY info.position) AS columns
	  FROM columns info LEFT OUTER JOIN (SELECT n.nspname AS s, t.typname AS n, array_agg(e.enumlabel ORDER BY e.enumsortorder) AS vals FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace GROUP BY s, n) AS enum_info ON info.nominal_data_type = enum_info.n
	 WHERE info.table_schema NOT IN ('pg_catalog', 'information_schema') GROUP BY info.table_schema, info.table_name),
tbl_pk_cols AS (
	SELECT n.nspname AS table_schema, c.relname AS table_name, array_agg(a.attname ORDER BY a.attname) AS pk_cols FROM pg_constraint r JOIN pg_class c ON r.conrelid = c.oid JOIN pg_namespace n ON c.relnamespace = n.oid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (r.conkey)
	 WHERE r.contype = 'p' AND n.nspname NOT IN ('pg_catalog', 'information_schema') GROUP BY 1, 2)
SELECT n.nspname AS table_schema, c.relname AS table_name, d.description AS table_description, c.relkind IN ('v', 'm') AS is_view, (c.relkind IN ('r', 'p') OR (c.relkind IN ('v', 'f') AND (pg_relation_is_updatable(c.oid::regclass, true) & 8) = 8)) AS insertable,
       coalesce(tpks.pk_cols, '{}') AS pk_cols, coalesce(cols_agg.columns, '{}') AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
  LEFT JOIN tbl_pk_cols tpks ON n.nspname = tpks.table_schema AND c.relname = tpks.table_name LEFT JOIN columns_agg cols_agg ON n.nspname = cols_agg.table_schema AND c.relname = cols_agg.table_name
 WHERE c.relkind IN ('v', 'r', 'm', 'f', 'p') AND n.nspname LIKE 'tenant%' AND not c.relispartition ORDER BY table_schema, table_name;
