-- A shared inheritance parent with a child in another tenant's schema.
-- @session setup
CREATE TABLE public.things (name text);
GRANT ALL ON public.things TO PUBLIC;
CREATE TABLE tenant_beta.canary_things () INHERITS (public.things);
INSERT INTO tenant_beta.canary_things VALUES ('CANARY_thing');
-- @session attacker
SELECT * FROM things;
UPDATE things SET name = 'changed';
