-- plpgsql looks types up when it compiles.
DO $$
DECLARE
    r tenant_beta.accounts%ROWTYPE;
    c tenant_beta.canary_vault.mood%TYPE;
BEGIN
    RAISE NOTICE 'LEARNED %', r;
    RAISE NOTICE 'LEARNED %', pg_typeof(c);
END
$$;
