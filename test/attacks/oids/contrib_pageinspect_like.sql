-- Contrib functions that show maps of a relation, lock it, warm it or verify it.
SELECT 'LEARNED ' || count(*) FROM pg_visibility_map(:beta_table_oid::regclass) HAVING count(*) > 0;
SELECT 'LEARNED ' || count(*) FROM pg_freespace(:beta_table_oid::regclass) HAVING count(*) > 0;
SELECT 'LEARNED ' || pg_prewarm(:beta_table_oid::regclass, 'buffer');
SELECT 'LEARNED ' || max(msg) FROM verify_heapam(:beta_table_oid::regclass);
