-- Of the shape that SQLAlchemy's reflection has: names, columns, enums, domains
SELECT pg_catalog.pg_namespace.nspname FROM pg_catalog.pg_namespace WHERE pg_catalog.pg_namespace.nspname NOT LIKE 'pg_%%' ORDER BY pg_catalog.pg_namespace.nspname;
SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace
 WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['r', 'p']) AND pg_catalog.pg_class.relpersistence != 't' AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid)
   AND pg_catalog.pg_namespace.nspname != 'pg_catalog' ORDER BY 1;
SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['r', 'p', 'f', 'v', 'm']) AND pg_catalog.pg_class.relname = 'accounts' AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid);
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS format_type,
       (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef) AS "default",
       a.attnotnull AS not_null, c.relname AS table_name, pgd.description AS comment, a.attgenerated AS generated,
       (SELECT json_build_object('always', a.attidentity = 'a', 'start', s.seqstart, 'increment', s.seqincrement, 'minvalue', s.seqmin, 'maxvalue', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle)
          FROM pg_sequence s WHERE s.seqrelid = pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)::regclass::oid AND a.attidentity != '') AS identity_options
  FROM pg_class c LEFT JOIN pg_attribute a ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_description pgd ON pgd.objoid = a.attrelid AND pgd.objsubid = a.attnum AND pgd.classoid = 'pg_class'::regclass
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = ANY (ARRAY['r', 'p', 'f', 'v', 'm']) AND pg_table_is_visible(c.oid) AND n.nspname != 'pg_catalog' ORDER BY c.relname, a.attnum;
SELECT pg_catalog.pg_type.typname AS name, pg_type_is_visible(pg_type.oid) AS visible, pg_namespace.nspname AS schema, lbl_agg.labels
  FROM pg_type JOIN pg_namespace ON pg_namespace.oid = pg_type.typnamespace
  LEFT JOIN (SELECT enumtypid, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels FROM pg_enum GROUP BY enumtypid) AS lbl_agg ON pg_type.oid = lbl_agg.enumtypid
 WHERE pg_type.typtype = 'e' ORDER BY schema, name;
SELECT t.typname AS name, format_type(t.typbasetype, t.typtypmod) AS attype, NOT t.typnotnull AS nullable, t.typdefault, pg_type_is_visible(t.oid) AS visible, n.nspname AS schema,
       dc.condefs, dc.connames
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN (SELECT contypid, array_agg(pg_get_constraintdef(oid, true) ORDER BY conname) AS condefs, array_agg(conname::text ORDER BY conname) AS connames FROM pg_constraint WHERE contypid != 0 GROUP BY contypid) dc ON t.oid = dc.contypid
 WHERE t.typtype = 'd' AND n.nspname <> 'information_schema' ORDER BY schema, name;
