-- A function with a SET clause, made unbound in public and called from a bound session.
-- @session setup
SET check_function_bodies = off;
CREATE FUNCTION public.there() RETURNS SETOF text LANGUAGE plpgsql :bind_beta_clause AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT owner FROM accounts'; END $$;
GRANT EXECUTE ON FUNCTION public.there() TO PUBLIC;
-- @session attacker
SELECT * FROM there();
