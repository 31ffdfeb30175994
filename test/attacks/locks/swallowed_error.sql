-- Locks that a refused statement took before it was refused, kept by a handler that swallows the error.
-- @session setup
CREATE VIEW public.spanning AS SELECT owner FROM tenant_beta.accounts;
GRANT ALL ON public.spanning TO PUBLIC;
-- @session attacker
BEGIN;
DO $$
BEGIN
    EXECUTE 'LOCK TABLE public.spanning IN ACCESS EXCLUSIVE MODE';
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$;
-- @session victim
SELECT count(*) FROM accounts;
