-- NOTIFY from a trigger, with a payload out of the row
BEGIN;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('changed_' || TG_TABLE_NAME, NEW.id::text); RETURN NULL; END $$;
CREATE TRIGGER tell AFTER UPDATE ON employees FOR EACH ROW EXECUTE FUNCTION tell();
COMMIT;
LISTEN changed_employees;
UPDATE employees SET name = name WHERE id IN (1, 2);
DROP TRIGGER tell ON employees;
DROP FUNCTION tell;
