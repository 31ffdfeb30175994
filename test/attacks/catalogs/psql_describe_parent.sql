-- psql's \pset tuples_only off
\d+ of a shared parent lists its partitions.
\pset tuples_only off
\d+ public.events
