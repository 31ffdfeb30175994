-- ANALYZE of a shared parent samples every tenant's rows.
ANALYZE public.events;
SELECT most_common_vals FROM pg_stats WHERE tablename = 'events';
