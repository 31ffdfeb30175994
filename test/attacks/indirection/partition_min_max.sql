-- Minimum and count of the shared parent.
-- @uniform
SELECT 'LEARNED ' || max(what) FROM events WHERE tenant <> 'alpha';
SELECT 'LEARNED ' || count(*) FROM events;
