-- A function.
-- @oracle target=tenant_beta|tenant_zeta
SELECT :target.canary_function(1);
