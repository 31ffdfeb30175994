-- A SECURITY DEFINER function with search_path set to another tenant's.
-- @session setup
CREATE FUNCTION public.first_owner() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenant_beta AS $$ BEGIN RETURN (SELECT min(owner) FROM accounts); END $$;
-- @session attacker
SELECT 'LEARNED ' || first_owner();
-- allow: tenant_beta
