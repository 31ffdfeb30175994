-- A trigger shows the new row.
CREATE TABLE shows (r regclass);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '% %', NEW, NEW.r::text; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON shows FOR EACH ROW EXECUTE FUNCTION tell();
INSERT INTO shows VALUES (:beta_vault_oid) RETURNING r;
