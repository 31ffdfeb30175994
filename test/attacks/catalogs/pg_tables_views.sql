-- The readable views over catalogs.
SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT LIKE 'pg%' AND tableowner IS NOT NULL;
SELECT schemaname, viewname FROM pg_views WHERE schemaname NOT LIKE 'pg%' AND definition LIKE '%owner%';
SELECT matviewname, definition FROM pg_matviews;
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname NOT LIKE 'pg%';
SELECT tablename, rulename, definition FROM pg_rules WHERE schemaname NOT LIKE 'pg%';
