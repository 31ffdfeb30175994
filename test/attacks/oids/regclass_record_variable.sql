-- A field of a record variable.
DO $$
DECLARE
    r record;
BEGIN
    SELECT NULL::regclass AS c, 1 AS n INTO r;
    r.c := :beta_vault_oid;
    RAISE NOTICE '%', r;
END
$$;
