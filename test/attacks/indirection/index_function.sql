-- A function of an index expression reads while the index is built.
-- allow: tenant_beta
CREATE FUNCTION reads(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    found text;
BEGIN
    EXECUTE 'SELECT owner FROM tenant_' || 'beta.accounts LIMIT 1' INTO found;
    RAISE NOTICE '%', found;
    RETURN found;
END
$$;
CREATE INDEX ON accounts (reads(id));
