-- Indexes: the row has no schema, and is reached over its table.
SELECT 'LEARNED ' || indnatts FROM pg_index WHERE indexrelid = :beta_index_oid;
SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indpred IS NOT NULL;
