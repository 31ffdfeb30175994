-- Many attempts in subtransactions, each refusal swallowed; what is caught is shown.
-- allow: tenant_beta
DO $$
DECLARE
    found text;
    message text;
    detail text;
BEGIN
    FOR n IN 1 .. 3 LOOP
        BEGIN
            EXECUTE 'SELECT owner FROM tenant_' || 'beta.accounts LIMIT 1' INTO found;
            RAISE NOTICE '%', found;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        END;
    END LOOP;
END
$$;
