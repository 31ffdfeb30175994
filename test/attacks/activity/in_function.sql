-- Through an inlined SQL function and a view of the attacker's.
-- @background
CREATE FUNCTION others() RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT query FROM pg_catalog.pg_stat_activity';
CREATE VIEW seen AS SELECT query FROM pg_stat_get_activity(NULL);
SELECT * FROM others();
TABLE seen;
