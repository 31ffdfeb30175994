-- A SECURITY DEFINER function of a superuser reads a catalog.
-- @session setup
CREATE FUNCTION public.schemas() RETURNS SETOF name LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN QUERY SELECT nspname FROM pg_namespace; END $$;
-- @session attacker
SELECT * FROM schemas();
