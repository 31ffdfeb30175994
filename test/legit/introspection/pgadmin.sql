-- Of the shape that pgAdmin's tree has
SELECT nsp.nspname AS name, has_schema_privilege(nsp.oid, 'CREATE') AS can_create, has_schema_privilege(nsp.oid, 'USAGE') AS has_usage, descr.description, pg_get_userbyid(nsp.nspowner) AS owner
  FROM pg_namespace nsp LEFT OUTER JOIN pg_description descr ON descr.objoid = nsp.oid AND descr.classoid = 'pg_namespace'::regclass WHERE nspname NOT LIKE 'pg\_%' ORDER BY nspname;
SELECT rel.relname AS name, (SELECT count(*) FROM pg_trigger WHERE tgrelid = rel.oid AND tgisinternal = false) AS triggercount, (SELECT count(1) FROM pg_inherits WHERE inhrelid = rel.oid LIMIT 1) AS is_inherits,
       (SELECT count(1) FROM pg_inherits WHERE inhparent = rel.oid) AS is_inherited, rel.relkind, pg_get_partkeydef(rel.oid), pg_get_expr(rel.relpartbound, rel.oid), pg_get_userbyid(rel.relowner), array_to_string(rel.relacl, ',')
  FROM pg_class rel WHERE rel.relkind IN ('r', 's', 't', 'p') AND rel.relnamespace = 'tenant_alpha'::regnamespace ORDER BY rel.relname;
SELECT db.datname, pg_encoding_to_char(encoding), datallowconn, has_database_privilege(db.oid, 'CREATE') AS cancreate FROM pg_database db WHERE db.datname = current_database() AND false;
SELECT r.rolname, r.rolcanlogin, r.rolsuper, pg_catalog.shobj_description(r.oid, 'pg_authid') FROM pg_roles r ORDER BY r.rolcanlogin, r.rolname;
SELECT pr.proname || '(' || COALESCE(pg_catalog.pg_get_function_identity_arguments(pr.oid), '') || ')' AS name, lanname, pg_get_userbyid(proowner) AS funcowner, description, pg_get_function_arguments(pr.oid), pg_get_function_result(pr.oid), pr.prosrc
  FROM pg_proc pr JOIN pg_type typ ON typ.oid = prorettype JOIN pg_language lng ON lng.oid = prolang LEFT OUTER JOIN pg_description des ON (des.objoid = pr.oid AND des.classoid = 'pg_proc'::regclass)
 WHERE pr.prokind IN ('f', 'w', 'p') AND pronamespace = 'tenant_alpha'::regnamespace ORDER BY 1;
SELECT t.tgname, pg_get_triggerdef(t.oid, true), p.proname, t.tgenabled FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT tgisinternal AND tgrelid IN ('orders'::regclass, 'accounts'::regclass) ORDER BY 1;
SELECT rw.rulename, rw.ev_class::regclass, pg_get_ruledef(rw.oid, true) FROM pg_rewrite rw WHERE rw.rulename <> '_RETURN' AND rw.ev_class::regclass::text !~ '^(pg_|information_schema)' ORDER BY 1;
SELECT DISTINCT dep.deptype, dep.classid::regclass, cl.relkind, pg_describe_object(dep.classid, dep.objid, dep.objsubid) FROM pg_depend dep LEFT JOIN pg_class cl ON dep.objid = cl.oid
 WHERE dep.refobjid = 'accounts'::regclass ORDER BY 1, 2, 4;
SELECT pg_describe_object(classid, objid, 0), deptype FROM pg_shdepend WHERE refobjid = 'tenant_alpha'::regrole AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND deptype = 'o' AND classid = 'pg_type'::regclass ORDER BY 1;
SELECT col.collname, n.nspname, collcollate FROM pg_collation col JOIN pg_namespace n ON n.oid = col.collnamespace WHERE n.nspname <> 'pg_catalog' ORDER BY 1, 2;
SELECT cfg.cfgname, n.nspname FROM pg_ts_config cfg JOIN pg_namespace n ON n.oid = cfg.cfgnamespace WHERE cfgname NOT IN (SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace) ORDER BY 1, 2;
