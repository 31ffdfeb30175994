-- The functions under these views take OIDs.
SELECT 'LEARNED ' || pg_stat_get_live_tuples(:beta_table_oid) WHERE pg_stat_get_live_tuples(:beta_table_oid) > 0;
SELECT 'LEARNED ' || pg_stat_get_tuples_inserted(:beta_table_oid) WHERE pg_stat_get_tuples_inserted(:beta_table_oid) > 0;
SELECT 'LEARNED ' || pg_stat_get_blocks_hit(:beta_table_oid) WHERE pg_stat_get_blocks_hit(:beta_table_oid) > 0;
SELECT 'LEARNED ' || pg_stat_get_numscans(:beta_index_oid) WHERE pg_relation_size(:beta_index_oid) > 0;
