-- A loop in DO.
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT * FROM pg_namespace LOOP
        RAISE NOTICE '%', r.nspname;
    END LOOP;
END
$$;
