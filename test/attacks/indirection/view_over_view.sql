-- The attacker's view over the operator's view.
-- @session setup
CREATE VIEW public.spanning AS SELECT owner FROM tenant_beta.accounts;
GRANT SELECT ON public.spanning TO PUBLIC;
-- @session attacker
CREATE VIEW over AS SELECT owner FROM public.spanning;
CREATE MATERIALIZED VIEW kept AS SELECT owner FROM over;
SELECT * FROM kept;
SELECT * FROM over;
