-- A foreign key of another tenant to a shared table cascades.
-- @session setup
ALTER TABLE tenant_beta.canary_child ADD shared_id int DEFAULT 1 REFERENCES public.shared ON DELETE CASCADE ON UPDATE CASCADE;
-- @session attacker
DELETE FROM shared WHERE id = 1;
SELECT 'LEARNED' WHERE NOT EXISTS (SELECT FROM shared);
