-- When a table was last analysed, and how often.
SELECT 'LEARNED ' || pg_stat_get_analyze_count(:beta_table_oid) WHERE pg_stat_get_analyze_count(:beta_table_oid) > 0;
SELECT 'LEARNED' WHERE pg_stat_get_last_analyze_time(:beta_table_oid) IS NOT NULL;
SELECT 'LEARNED' FROM pg_class WHERE oid = :beta_table_oid AND reltuples > 0;
