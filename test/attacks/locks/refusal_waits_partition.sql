-- An insert that is routed to another tenant's partition.
-- @leak 55P03|57014
-- @uniform
-- @session victim
BEGIN;
LOCK TABLE canary_events;
-- @session attacker
INSERT INTO public.events VALUES ('beta', 'planted');
