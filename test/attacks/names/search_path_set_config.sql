-- set_config() in the same statement that then resolves names at run time.
DO $$
DECLARE
    found text;
BEGIN
    PERFORM set_config('search_path', 'tenant_beta', true);
    EXECUTE 'SELECT owner FROM accounts LIMIT 1' INTO found;
    RAISE NOTICE '%', found;
END
$$;
