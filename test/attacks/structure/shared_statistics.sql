-- Extended statistics on a shared parent are made of every tenant's rows.
CREATE STATISTICS seen (mcv) ON tenant, what FROM public.events;
ANALYZE public.events;
SELECT most_common_vals FROM pg_stats_ext WHERE statistics_name = 'seen';
