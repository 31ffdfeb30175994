-- EXECUTE of a name put together at run time; the refusal is swallowed and tried another way.
-- allow: tenant_beta beta
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN EXECUTE format('SELECT owner FROM %I.accounts', 'tenant_' || chr(98) || 'eta') LOOP
        RAISE NOTICE '%', r;
    END LOOP;
EXCEPTION WHEN OTHERS THEN
    FOR r IN EXECUTE 'TABLE ' || quote_ident('tenant_' || reverse('ateb')) || '.accounts' LOOP
        RAISE NOTICE '%', r;
    END LOOP;
END
$$;
