-- The same through a view of the operator's.
-- @leak 55P03|57014
-- @session setup
CREATE VIEW public.spanning AS SELECT owner FROM tenant_beta.accounts;
GRANT ALL ON public.spanning TO PUBLIC;
-- @session victim
BEGIN;
LOCK TABLE accounts;
-- @session attacker
SELECT * FROM public.spanning;
