-- A table in public catches what a tenant writes who has none of that name.
-- @beta_error does not exist
CREATE TABLE public.settings (secret text);
GRANT ALL ON public.settings TO PUBLIC;
-- @session victim
INSERT INTO settings VALUES ('CANARY_setting');
-- @session attacker
SELECT * FROM public.settings;
