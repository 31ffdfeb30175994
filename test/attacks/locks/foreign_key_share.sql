-- A row that refers to another tenant's keeps it from being deleted.
-- @session setup
CREATE TABLE public.invites (account int REFERENCES tenant_beta.accounts);
GRANT ALL ON public.invites TO PUBLIC;
-- @session attacker
BEGIN;
INSERT INTO public.invites VALUES (3);
-- @session victim
BEGIN;
DELETE FROM accounts WHERE id = 3;
ROLLBACK;
