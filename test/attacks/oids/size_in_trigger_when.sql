-- The condition of a trigger is not planned like a query.
CREATE TABLE guesses (o oid, answer text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.answer := 'LEARNED'; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON guesses FOR EACH ROW WHEN (pg_relation_size(NEW.o) > 0) EXECUTE FUNCTION note();
INSERT INTO guesses VALUES (:beta_table_oid) RETURNING answer;
