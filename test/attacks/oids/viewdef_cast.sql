-- A cast of the attacker's own type, by a function over the built-in one.
CREATE TYPE guess AS (o oid);
CREATE FUNCTION tell(guess) RETURNS text LANGUAGE sql AS 'SELECT pg_get_viewdef(($1).o)';
CREATE CAST (guess AS text) WITH FUNCTION tell(guess) AS IMPLICIT;
SELECT ROW(:beta_view_oid)::guess::text || '';
