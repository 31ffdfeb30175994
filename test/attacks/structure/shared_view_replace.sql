-- A view of the operator's that the attacker's role owns, replaced to reach another tenant's table.
-- @session setup
CREATE VIEW public.report AS SELECT id, owner FROM tenant_alpha.accounts;
ALTER VIEW public.report OWNER TO app;
GRANT SELECT ON public.report TO PUBLIC;
-- @session attacker
CREATE OR REPLACE VIEW public.report AS SELECT id, owner FROM tenant_beta.accounts;
SELECT * FROM public.report;
