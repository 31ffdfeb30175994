-- CREATE INDEX on a shared parent makes one in each partition.
CREATE INDEX planted ON public.events (what);
