-- TRUNCATE of a shared table names the tables that refer to it.
-- @uniform
-- @session setup
CREATE TABLE public.codes (code text PRIMARY KEY);
GRANT ALL ON public.codes TO PUBLIC;
DO $$ BEGIN EXECUTE 'CREATE TABLE tenant_beta.can' || 'ary_refers (code text REFERENCES public.codes)'; END $$;
-- @session attacker
TRUNCATE codes;
TRUNCATE codes CASCADE;
