-- A trigger, a rule and a policy on another tenant's table.
CREATE FUNCTION spies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER planted BEFORE INSERT ON tenant_beta.accounts FOR EACH ROW EXECUTE FUNCTION spies();
CREATE RULE planted AS ON UPDATE TO tenant_beta.accounts DO INSTEAD NOTHING;
CREATE POLICY planted ON tenant_beta.accounts USING (true);
