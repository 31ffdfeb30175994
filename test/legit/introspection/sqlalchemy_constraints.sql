-- Of the shape that SQLAlchemy's reflection has: keys, checks, indexes, comments
SELECT attr.conrelid::regclass::text, array_agg(attr.attname::text ORDER BY attr.ord) AS cols, attr.conname, min(attr.description) AS description
  FROM (SELECT con.conrelid, con.conname, con.ord, a.attname, con.description
          FROM (SELECT c.conrelid, c.conname, unnest(c.conkey) AS attnum, generate_subscripts(c.conkey, 1) AS ord, d.description
                  FROM pg_constraint c LEFT JOIN pg_description d ON d.objoid = c.oid WHERE c.contype = 'p' AND c.conrelid IN (SELECT oid FROM pg_class WHERE pg_table_is_visible(oid) AND relkind IN ('r', 'p'))) AS con
          JOIN pg_attribute a ON a.attnum = con.attnum AND a.attrelid = con.conrelid) AS attr
 GROUP BY attr.conrelid, attr.conname ORDER BY attr.conrelid::regclass::text, attr.conname;
SELECT c.relname, con.conname, CASE WHEN con.oid IS NOT NULL THEN pg_get_constraintdef(con.oid, true) END AS condef, n.nspname, d.description
  FROM pg_class c LEFT JOIN pg_constraint con ON c.oid = con.conrelid AND con.contype = 'f'
  LEFT JOIN pg_class fc ON fc.oid = con.confrelid LEFT JOIN pg_namespace n ON fc.relnamespace = n.oid LEFT JOIN pg_description d ON d.objoid = con.oid
 WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND c.relnamespace = 'tenant_alpha'::regnamespace ORDER BY c.relname, con.conname;
SELECT c.relname, con.conname, pg_get_constraintdef(con.oid, true), d.description FROM pg_class c LEFT JOIN pg_constraint con ON c.oid = con.conrelid AND con.contype = 'c'
  LEFT JOIN pg_description d ON d.objoid = con.oid WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND con.oid IS NOT NULL AND c.relnamespace <> 'information_schema'::regnamespace ORDER BY 1, 2;
SELECT i.indrelid::regclass::text, ci.relname, i.indisunique, con.oid IS NOT NULL AS has_constraint, i.indoption, ci.reloptions, am.amname,
       CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END AS filter_definition, i.indnkeyatts, idx_cols.elements, idx_cols.elements_is_expr
  FROM pg_index i JOIN pg_class ci ON ci.oid = i.indexrelid JOIN pg_am am ON ci.relam = am.oid
  LEFT JOIN (SELECT idx_attr.indexrelid, array_agg(CASE WHEN idx_attr.attnum = 0 THEN pg_get_indexdef(idx_attr.indexrelid, idx_attr.ord + 1, true) ELSE pa.attname::text END ORDER BY idx_attr.ord) AS elements,
                    array_agg(idx_attr.attnum = 0 ORDER BY idx_attr.ord) AS elements_is_expr
               FROM (SELECT indexrelid, indrelid, unnest(indkey) AS attnum, generate_subscripts(indkey, 1) AS ord FROM pg_index) AS idx_attr
               LEFT JOIN pg_attribute pa ON pa.attnum = idx_attr.attnum AND pa.attrelid = idx_attr.indrelid GROUP BY idx_attr.indexrelid) AS idx_cols ON i.indexrelid = idx_cols.indexrelid
  LEFT JOIN pg_constraint con ON i.indrelid = con.conrelid AND i.indexrelid = con.conindid AND con.contype = ANY (ARRAY['p', 'u', 'x'])
 WHERE i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace) ORDER BY 1, 2;
SELECT c.relname, d.description FROM pg_class c LEFT JOIN pg_description d ON c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
 WHERE pg_table_is_visible(c.oid) AND c.relkind IN ('r', 'p', 'v', 'm') AND d.description IS NOT NULL ORDER BY 1;
SELECT c.relname AS sequence FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND n.nspname = 'tenant_alpha' ORDER BY 1;
SELECT pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'open_orders' AND c.relkind IN ('v', 'm') AND pg_table_is_visible(c.oid);
