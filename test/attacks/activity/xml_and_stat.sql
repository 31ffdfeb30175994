-- Through functions that run a text.
-- @background
SELECT query_to_xml('SELECT query FROM pg_stat_activity', true, false, '');
SELECT table_to_xml('pg_locks', true, false, '') IS NULL;
