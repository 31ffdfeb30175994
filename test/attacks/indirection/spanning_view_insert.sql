-- An updatable view of the operator's over another tenant's table.
-- @session setup
CREATE VIEW public.into_beta AS SELECT * FROM tenant_beta.accounts;
GRANT ALL ON public.into_beta TO PUBLIC;
-- @session attacker
INSERT INTO into_beta VALUES (900, 'planted', 1);
MERGE INTO into_beta AS t USING (VALUES (1)) AS v (id) ON t.id = v.id WHEN MATCHED THEN DELETE;
DELETE FROM into_beta WHERE id = 2;
