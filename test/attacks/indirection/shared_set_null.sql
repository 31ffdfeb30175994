-- A foreign key of another tenant to a shared table, ON UPDATE SET NULL.
-- @session setup
ALTER TABLE tenant_beta.canary_child ADD shared_id int DEFAULT 1 REFERENCES public.shared ON UPDATE SET NULL;
-- @session attacker
UPDATE shared SET id = 5 WHERE id = 1;
SELECT 'LEARNED' FROM shared WHERE id = 5;
