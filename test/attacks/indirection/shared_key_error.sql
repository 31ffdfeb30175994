-- A foreign key of another tenant to a shared table: its own query is shown with the error.
-- @uniform
-- @session setup
CREATE TABLE public.codes (code text PRIMARY KEY);
INSERT INTO public.codes VALUES ('DE');
GRANT ALL ON public.codes TO PUBLIC;
DO $$ BEGIN EXECUTE 'CREATE TABLE tenant_beta.can' || 'ary_refers (code text REFERENCES public.codes)'; END $$;
DO $$ BEGIN EXECUTE 'INSERT INTO tenant_beta.can' || 'ary_refers VALUES (''DE'')'; END $$;
-- @session attacker
DELETE FROM codes;
UPDATE codes SET code = 'FR';
