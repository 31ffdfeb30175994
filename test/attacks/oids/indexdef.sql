-- Definition of an index, whole and by column.
SELECT pg_get_indexdef(:beta_index_oid);
SELECT 'LEARNED ' || pg_get_indexdef(:beta_index_oid, 1, true);
