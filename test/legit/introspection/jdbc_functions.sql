-- Of the shape of DatabaseMetaData: getFunctions, getProcedures, getTypeInfo, getUDTs
SELECT n.nspname AS FUNCTION_SCHEM, p.proname AS FUNCTION_NAME, d.description AS REMARKS, CASE WHEN format_type(p.prorettype, NULL) = 'void' THEN 0 ELSE 1 END AS kind,
       pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid), p.prokind
  FROM pg_catalog.pg_proc p INNER JOIN pg_catalog.pg_namespace n ON p.pronamespace = n.oid LEFT JOIN pg_catalog.pg_description d ON p.oid = d.objoid AND d.classoid = 'pg_proc'::regclass
 WHERE p.prokind IN ('f', 'p') AND n.nspname LIKE 'tenant%' ORDER BY 1, 2, 5;
SELECT n.nspname, p.proname, p.prorettype::regtype, p.proargtypes::regtype[], t.typtype, t.typrelid <> 0 AS row, p.proargnames, p.proargmodes, p.proallargtypes::regtype[]
  FROM pg_catalog.pg_proc p, pg_catalog.pg_namespace n, pg_catalog.pg_type t WHERE p.pronamespace = n.oid AND p.prorettype = t.oid AND n.nspname = 'tenant_alpha' ORDER BY 1, 2, p.oid;
SELECT t.typname, t.typtype, format_type(t.oid, NULL) FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON t.typnamespace = n.oid
 WHERE n.nspname != 'pg_toast' AND (t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid)) ORDER BY 1, 3;
SELECT n.nspname AS type_schem, t.typname AS type_name, CASE WHEN t.typtype = 'c' THEN 'java.sql.Struct' ELSE 'distinct' END, pg_catalog.obj_description(t.oid, 'pg_type') AS remarks
  FROM pg_catalog.pg_type t, pg_catalog.pg_namespace n WHERE t.typnamespace = n.oid AND n.nspname != 'pg_catalog' AND n.nspname != 'pg_toast' AND n.nspname != 'information_schema' AND t.typtype IN ('c', 'd') ORDER BY 1, 2;
