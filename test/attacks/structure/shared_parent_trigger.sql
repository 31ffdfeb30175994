-- A trigger on a shared parent is cloned to each partition: alpha's function runs for beta's rows.
CREATE FUNCTION spies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.accounts VALUES (901, NEW.what); RETURN NEW; END $$;
CREATE TRIGGER spies AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION spies();
