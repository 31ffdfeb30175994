-- A foreign key of the operator's: the DETAIL of its violation tells which rows there are.
-- @session setup
CREATE TABLE public.invites (account int REFERENCES tenant_beta.accounts);
GRANT ALL ON public.invites TO PUBLIC;
-- @session attacker
-- @oracle id=11|77
INSERT INTO public.invites VALUES (:id);
