-- A policy on a shared table asks another tenant's table: rows that come and go tell what is there.
-- @session setup
ALTER TABLE public.shared ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON public.shared USING (EXISTS (SELECT FROM tenant_beta.accounts AS a WHERE a.id = shared.id AND a.owner = 'CANARY_owner_1'));
ALTER TABLE public.shared OWNER TO postgres;
-- @session attacker
SELECT 'LEARNED ' || count(*) FROM shared HAVING count(*) > 0;
