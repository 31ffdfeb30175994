-- A row of output parameters, whole and in parts.
CREATE FUNCTION gives(OUT r regclass, OUT t text) LANGUAGE plpgsql AS $$ BEGIN r := :beta_vault_oid; t := 'x'; END $$;
SELECT gives();
SELECT (gives()).r;
SELECT row_to_json(g) FROM gives() AS g;
