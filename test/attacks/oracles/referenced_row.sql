-- A shared row that another tenant refers to cannot be deleted.
-- @session setup
INSERT INTO public.shared VALUES (11, 'referred to'), (12, 'not');
ALTER TABLE tenant_beta.canary_child ADD shared_id int DEFAULT 11 REFERENCES public.shared;
-- @session attacker
-- @oracle id=11|12
DELETE FROM public.shared WHERE id = :id;
