-- A variable of plpgsql, shown by RAISE; its assignment converts by output and input.
DO $$
DECLARE
    r regclass := :beta_vault_oid;
    t text;
BEGIN
    t := r;
    RAISE NOTICE '%', r;
    RAISE NOTICE '%', t;
END
$$;
