-- An SQL function of the operator's, which the planner inlines.
-- @session setup
CREATE FUNCTION public.owners() RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT owner FROM tenant_beta.accounts';
-- @session attacker
SELECT * FROM owners();
SELECT owners();
