-- A function with a SET clause works for another tenant.
CREATE FUNCTION there() RETURNS SETOF text LANGUAGE plpgsql :bind_beta_clause AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT owner FROM accounts'; END $$;
SELECT * FROM there();
