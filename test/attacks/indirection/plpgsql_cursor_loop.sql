-- Bound and unbound cursors of plpgsql.
DO $$
DECLARE
    c CURSOR FOR SELECT owner FROM tenant_beta.accounts;
BEGIN
    FOR r IN c LOOP
        RAISE NOTICE '%', r.owner;
    END LOOP;
END
$$;
