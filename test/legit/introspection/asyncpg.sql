-- Of the shape that asyncpg's and psycopg's type introspection has: a recursive walk over pg_type
WITH RECURSIVE typeinfo_tree (oid, ns, name, kind, basetype, elemtype, elemdelim, range_subtype, attrtypoids, attrnames, depth) AS (
	SELECT ti.oid, ti.ns, ti.name, ti.kind, ti.basetype, ti.elemtype, ti.elemdelim, ti.range_subtype, ti.attrtypoids, ti.attrnames, 0
	  FROM (SELECT t.oid, ns.nspname AS ns, t.typname AS name, t.typtype AS kind, CASE WHEN t.typtype = 'd' THEN t.typbasetype END AS basetype, t.typelem AS elemtype, t.typdelim AS elemdelim, r.rngsubtype AS range_subtype,
	               CASE WHEN t.typtype = 'c' THEN (SELECT array_agg(ia.atttypid ORDER BY ia.attnum) FROM pg_attribute ia INNER JOIN pg_class c ON (ia.attrelid = c.oid) WHERE ia.attnum > 0 AND NOT ia.attisdropped AND c.reltype = t.oid) END AS attrtypoids,
	               CASE WHEN t.typtype = 'c' THEN (SELECT array_agg(ia.attname::text ORDER BY ia.attnum) FROM pg_attribute ia INNER JOIN pg_class c ON (ia.attrelid = c.oid) WHERE ia.attnum > 0 AND NOT ia.attisdropped AND c.reltype = t.oid) END AS attrnames
	          FROM pg_catalog.pg_type AS t INNER JOIN pg_catalog.pg_namespace ns ON (ns.oid = t.typnamespace) LEFT JOIN pg_range AS r ON (r.rngtypid = t.oid)) AS ti
	 WHERE ti.oid = ANY (ARRAY['orders'::regtype, 'all_types'::regtype, 'address[]'::regtype, 'price_range'::regtype]::oid[])
	UNION ALL
	SELECT ti.oid, ti.ns, ti.name, ti.kind, ti.basetype, ti.elemtype, ti.elemdelim, ti.range_subtype, ti.attrtypoids, ti.attrnames, tt.depth + 1
	  FROM (SELECT t.oid, ns.nspname AS ns, t.typname AS name, t.typtype AS kind, CASE WHEN t.typtype = 'd' THEN t.typbasetype END AS basetype, t.typelem AS elemtype, t.typdelim AS elemdelim, r.rngsubtype AS range_subtype,
	               CASE WHEN t.typtype = 'c' THEN (SELECT array_agg(ia.atttypid ORDER BY ia.attnum) FROM pg_attribute ia WHERE ia.attrelid = t.typrelid AND ia.attnum > 0 AND NOT ia.attisdropped) END AS attrtypoids,
	               NULL::text[] AS attrnames
	          FROM pg_catalog.pg_type AS t INNER JOIN pg_catalog.pg_namespace ns ON (ns.oid = t.typnamespace) LEFT JOIN pg_range AS r ON (r.rngtypid = t.oid)) ti, typeinfo_tree tt
	 WHERE (tt.elemtype IS NOT NULL AND ti.oid = tt.elemtype) OR (tt.attrtypoids IS NOT NULL AND ti.oid = ANY (tt.attrtypoids)) OR (tt.range_subtype IS NOT NULL AND ti.oid = tt.range_subtype) OR (tt.basetype IS NOT NULL AND ti.oid = tt.basetype))
SELECT DISTINCT ns, name, kind, basetype::regtype, elemtype::regtype, elemdelim, range_subtype::regtype, attrtypoids::regtype[], attrnames, depth FROM typeinfo_tree ORDER BY depth DESC, ns, name;
SELECT t.typname AS name, t.typarray > 0 AS has_array, t.oid::regtype::text AS regtype, t.typdelim AS delimiter FROM pg_type t WHERE t.oid = to_regtype('address');
SELECT t.typname, array_agg(e.enumlabel ORDER BY enumsortorder) FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.oid = to_regtype('order_status') GROUP BY 1;
SELECT t.typname, r.rngsubtype::regtype, r.rngmultitypid::regtype FROM pg_type t JOIN pg_range r ON t.oid = r.rngtypid WHERE t.oid = to_regtype('price_range');
