-- Keys of advisory locks that others hold.
-- @background
SELECT 'LEARNED ' || objid FROM pg_locks WHERE locktype = 'advisory' AND objid IN (424242, 43);
