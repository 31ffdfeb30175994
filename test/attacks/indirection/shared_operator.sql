-- An operator in public over another tenant's function.
-- @session setup
CREATE OPERATOR public.@! (FUNCTION = tenant_beta.canary_function, RIGHTARG = int);
-- @session attacker
SELECT @! 1;
