-- The default of a shared table calls another tenant's function.
-- @session setup
ALTER TABLE public.shared ADD told text DEFAULT tenant_beta.canary_function();
UPDATE public.shared SET told = '';
-- @session attacker
INSERT INTO shared (id) VALUES (7) RETURNING told;
COPY shared (id) FROM STDIN;
8
\.
SELECT told FROM shared WHERE id > 1;
