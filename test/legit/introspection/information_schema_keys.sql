-- information_schema: constraints joined in the ways of many tools
SELECT tc.table_schema, tc.table_name, tc.constraint_name, tc.constraint_type, string_agg(kcu.column_name, ',' ORDER BY kcu.ordinal_position) AS columns
  FROM information_schema.table_constraints tc LEFT JOIN information_schema.key_column_usage kcu USING (constraint_catalog, constraint_schema, constraint_name)
 WHERE tc.constraint_type <> 'CHECK' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3;
SELECT rc.constraint_schema, rc.constraint_name, rc.unique_constraint_schema, rc.unique_constraint_name, rc.match_option, rc.update_rule, rc.delete_rule FROM information_schema.referential_constraints rc ORDER BY 1, 2;
SELECT cc.constraint_schema, cc.constraint_name, cc.check_clause FROM information_schema.check_constraints cc WHERE cc.constraint_schema NOT IN ('pg_catalog', 'information_schema') AND cc.constraint_name !~ '^[0-9]' ORDER BY 1, 2;
SELECT * FROM information_schema.constraint_column_usage WHERE table_schema <> 'pg_catalog' AND constraint_name !~ '^[0-9]' ORDER BY table_schema, table_name, constraint_name, column_name;
SELECT table_schema, table_name, constraint_name FROM information_schema.constraint_table_usage ORDER BY 1, 2, 3;
SELECT domain_schema, domain_name, constraint_name FROM information_schema.domain_constraints WHERE domain_schema <> 'information_schema' ORDER BY 1, 2, 3;
