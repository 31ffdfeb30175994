-- A SECURITY DEFINER function of a superuser.
-- @session setup
CREATE FUNCTION public.owners() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN QUERY SELECT owner FROM tenant_beta.accounts; END $$;
-- @session attacker
SELECT * FROM owners();
