-- A connection back, which is not bound, watches.
-- @background
SELECT dblink_connect_u('back', 'host=:socket dbname=attack user=app');
SELECT * FROM dblink('back', 'SELECT query FROM pg_stat_activity') AS t (q text);
