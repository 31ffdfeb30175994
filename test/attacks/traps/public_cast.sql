-- An implicit cast to a type of the attacker's: a call that fitted nothing fits his function.
-- @beta_error does not exist
CREATE TYPE public.code AS (t text);
CREATE FUNCTION public.code(text) RETURNS public.code LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'PWNED %', $1; RETURN ROW($1); END $$;
CREATE CAST (text AS public.code) WITH FUNCTION public.code(text) AS IMPLICIT;
CREATE FUNCTION public.obtain(public.code) RETURNS text LANGUAGE sql AS 'SELECT ($1).t';
-- @session victim
SELECT obtain(owner) FROM accounts LIMIT 1;
