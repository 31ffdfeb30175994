-- Row locks through a view of the operator's.
-- @session setup
CREATE VIEW public.theirs AS SELECT * FROM tenant_beta.accounts;
GRANT ALL ON public.theirs TO PUBLIC;
-- @session attacker
BEGIN;
SELECT 1 FROM public.theirs FOR UPDATE;
-- @session victim
UPDATE accounts SET balance = balance WHERE id = 1;
