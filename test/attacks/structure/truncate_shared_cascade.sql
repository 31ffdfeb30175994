-- TRUNCATE of a shared table reaches the tables that reference it.
-- @session setup
ALTER TABLE tenant_beta.canary_child ADD shared_id int DEFAULT 1 REFERENCES public.shared;
-- @session attacker
TRUNCATE public.shared CASCADE;
