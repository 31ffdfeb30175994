-- An aggregate in public whose final function is another tenant's.
-- @session setup
CREATE AGGREGATE public.tells (int) (SFUNC = int4pl, STYPE = int, FINALFUNC = tenant_beta.canary_function);
-- @session attacker
SELECT tells(id) FROM accounts;
SELECT tells(id) OVER () FROM accounts LIMIT 1;
