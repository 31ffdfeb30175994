-- LOCK of a view locks the tables under it.
-- @session setup
CREATE VIEW public.spanning AS SELECT owner FROM tenant_beta.accounts;
GRANT ALL ON public.spanning TO PUBLIC;
-- @session attacker
BEGIN;
LOCK TABLE public.spanning IN EXCLUSIVE MODE;
-- @session victim
UPDATE accounts SET balance = balance WHERE id = 1;
