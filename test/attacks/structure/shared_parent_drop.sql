-- DROP of a shared parent, TRUNCATE of it, DROP COLUMN.
-- @uniform
TRUNCATE public.events;
ALTER TABLE public.events DROP what;
DROP TABLE public.events CASCADE;
