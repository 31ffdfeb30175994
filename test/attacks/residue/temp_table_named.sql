-- The same by the temporary schema's own name, found in no catalog.
-- @login pool
-- @session attacker as beta
CREATE TEMP TABLE secrets AS SELECT owner FROM accounts;
GRANT ALL ON secrets TO PUBLIC;
-- @as alpha
DO $$
DECLARE
    r record;
BEGIN
    FOR n IN 1 .. 30 LOOP
        BEGIN
            FOR r IN EXECUTE format('SELECT owner FROM pg_temp_%s.secrets', n) LOOP
                RAISE NOTICE '%', r.owner;
            END LOOP;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
END
$$;
