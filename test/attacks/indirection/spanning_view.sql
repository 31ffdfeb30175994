-- A view of the operator's over the tables of two tenants.
-- @session setup
CREATE VIEW public.spanning AS SELECT owner FROM tenant_alpha.accounts UNION ALL SELECT owner FROM tenant_beta.accounts;
GRANT SELECT ON public.spanning TO PUBLIC;
-- @session attacker
SELECT * FROM spanning;
