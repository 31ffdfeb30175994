-- LOCK of a shared parent alone: inserts through it wait.
-- @uniform
BEGIN;
LOCK TABLE ONLY public.events IN SHARE MODE;
SELECT count(*) FROM public.events;
-- @session victim
SELECT count(*) FROM canary_events;
BEGIN;
LOCK TABLE canary_events IN ROW EXCLUSIVE MODE;
ROLLBACK;
-- @session attacker
SELECT what FROM public.events WHERE what LIKE '%\_1';
