-- A trigger on a shared table runs another tenant's function.
-- @session setup
CREATE TRIGGER t BEFORE INSERT ON public.shared FOR EACH ROW EXECUTE FUNCTION tenant_beta.canary_trigger_function();
-- @session attacker
INSERT INTO shared VALUES (7, 'x');
COPY shared FROM STDIN;
8	y
\.
-- allow: canary_trigger_function
