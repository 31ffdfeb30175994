-- A trigger of the attacker's table with another tenant's function.
CREATE TABLE mine (id int, account int);
CREATE TRIGGER t BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION tenant_beta.canary_trigger_function();
INSERT INTO mine VALUES (1);
-- allow: canary_trigger_function
