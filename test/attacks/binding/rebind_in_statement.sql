-- In the same statement that then looks names up.
DO $$
DECLARE
    found text;
BEGIN
    PERFORM :call_bind_beta_local;
    EXECUTE 'SELECT min(owner) FROM accounts' INTO found;
    RAISE NOTICE '%', found;
END
$$;
