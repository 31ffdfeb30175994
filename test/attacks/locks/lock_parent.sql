-- LOCK of a shared parent locks every partition.
-- @own_changes
BEGIN;
LOCK TABLE public.events;
-- @session victim
INSERT INTO canary_events VALUES ('beta', 'an event');
