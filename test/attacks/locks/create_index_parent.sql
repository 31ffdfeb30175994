-- DDL on a shared parent, in a transaction that stays open, locks partitions.
-- @own_changes
BEGIN;
CREATE INDEX planted ON public.events (what);
-- @session victim
INSERT INTO canary_events VALUES ('beta', 'an event');
