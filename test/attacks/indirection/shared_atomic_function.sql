-- A function of the operator's with a parsed body.
-- @session setup
CREATE FUNCTION public.owners() RETURNS SETOF text LANGUAGE sql STABLE BEGIN ATOMIC SELECT owner FROM tenant_beta.accounts; END;
-- @session attacker
SELECT * FROM owners();
PREPARE p AS SELECT * FROM owners();
EXECUTE p;
