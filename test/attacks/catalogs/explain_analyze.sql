-- EXPLAIN ANALYZE counts the rows that a filter removes.
-- @leak Rows Removed by Filter: ([3-9]\d|1\d\d)
EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) SELECT FROM pg_attribute WHERE attrelid = :beta_vault_oid;
SELECT 'LEARNED' WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = :beta_vault_oid);
