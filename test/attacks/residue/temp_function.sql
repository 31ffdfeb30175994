-- A function in the temporary schema.
-- @login pool
-- @session attacker as beta
CREATE FUNCTION pg_temp.secret() RETURNS text LANGUAGE sql AS 'SELECT ''CANARY_temp''';
-- @as alpha
SELECT pg_temp.secret();
SELECT prosrc FROM pg_proc WHERE proname = 'secret';
