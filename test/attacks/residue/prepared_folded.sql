-- A cached plan with the folded result of the former tenant's function.
-- @own_changes
-- @login pool
-- @session attacker as beta
CREATE FUNCTION secret() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN (SELECT min(owner) FROM tenant_beta.accounts); END $$;
PREPARE told AS SELECT tenant_beta.secret();
SET plan_cache_mode = force_generic_plan;
EXECUTE told;
EXECUTE told;
-- @as alpha
EXECUTE told;
