-- A statement that was parsed by protocol, with the folded result of the former tenant's function.
-- @own_changes
-- @wire
-- @login pool
-- @session attacker as beta
CREATE FUNCTION secret() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (SELECT min(owner) FROM tenant_beta.accounts); END $$;
SET plan_cache_mode = force_generic_plan;
--: parse told
SELECT tenant_beta.secret()
--: execute told
--: execute told
-- @as alpha
--: execute told
