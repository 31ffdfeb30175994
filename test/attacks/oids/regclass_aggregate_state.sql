-- An aggregate whose state begins as text, and whose last function prints it.
CREATE FUNCTION keeps(regclass, bool) RETURNS regclass LANGUAGE plpgsql AS $$ BEGIN RETURN $1; END $$;
CREATE AGGREGATE gives(bool) (SFUNC = keeps, STYPE = regclass, FINALFUNC = to_json, INITCOND = ':beta_vault_oid');
SELECT gives(true);
