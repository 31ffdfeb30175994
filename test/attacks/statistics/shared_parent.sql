-- Statistics of a shared partitioned table are made of every tenant's rows.
SELECT most_common_vals FROM pg_stats WHERE tablename = 'events' AND inherited;
