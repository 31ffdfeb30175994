-- pg_tables, pg_views, pg_indexes ... : the views that people remember
SELECT * FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2;
SELECT schemaname, viewname, viewowner FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2;
SELECT * FROM pg_matviews ORDER BY 1, 2;
SELECT schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname <> 'pg_catalog' ORDER BY 1, 2, 3;
SELECT schemaname, sequencename, data_type, last_value FROM pg_sequences ORDER BY 1, 2;
SELECT schemaname, tablename, rulename FROM pg_rules WHERE schemaname <> 'pg_catalog' ORDER BY 1, 2;
SELECT schemaname, tablename, policyname FROM pg_policies ORDER BY 1, 2, 3;
SELECT usename FROM pg_user ORDER BY 1;
SELECT groname FROM pg_group ORDER BY 1;
SELECT rolname FROM pg_roles ORDER BY 1;
SELECT current_setting('server_version_num')::int < 160000 AS waits_for_nobody \gset
\if :waits_for_nobody
SELECT pubname, schemaname, tablename FROM pg_publication_tables ORDER BY 1, 2, 3;
\endif
SELECT srvname, usename FROM pg_user_mappings ORDER BY 1, 2;
SELECT objtype, objnamespace::regnamespace, objname FROM pg_seclabels ORDER BY objnamespace::regnamespace::text, objname;
