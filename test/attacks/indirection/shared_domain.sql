-- A shared domain's CHECK calls another tenant's function.
-- @session setup
CREATE DOMAIN public.asks AS int CHECK (tenant_beta.canary_function(VALUE) <> 'x');
-- @session attacker
SELECT 'LEARNED ' || 1::asks;
