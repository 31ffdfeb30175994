-- Another tenant's type in a shared table, behind a call that is guarded.
-- @uniform
-- @session setup
CREATE TABLE public.moody (mood tenant_beta.canary_mood);
INSERT INTO public.moody VALUES ('CANARY_label_glad');
GRANT ALL ON public.moody TO PUBLIC;
-- @session attacker
SELECT 'pg_class'::regclass, mood FROM moody;
