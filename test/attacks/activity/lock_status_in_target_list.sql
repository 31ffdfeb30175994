-- pg_lock_status() in the target list, where a filter on rows of FROM does not look.
-- @background
SELECT 'LEARNED ' || l.mode FROM (SELECT (pg_lock_status()).*) AS l WHERE l.pid = :beta_pid;
CREATE TABLE seen AS SELECT pg_lock_status() AS l;
SELECT 'LEARNED ' || count(*) FROM seen WHERE (l).pid = :beta_pid HAVING count(*) > 0;
