-- In a default that COPY evaluates.
-- @background
CREATE FUNCTION others() RETURNS text LANGUAGE sql STABLE AS 'SELECT string_agg(query, '';'') FROM pg_catalog.pg_stat_activity';
CREATE TABLE t (a int, q text DEFAULT others(), r text DEFAULT pg_stat_get_backend_activity(1) || pg_stat_get_backend_activity(2));
COPY t (a) FROM STDIN;
1
\.
TABLE t;
