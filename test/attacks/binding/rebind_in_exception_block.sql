-- In a subtransaction that fails, and after it.
DO $$
DECLARE
    found text;
BEGIN
    BEGIN
        PERFORM :call_bind_beta;
        RAISE division_by_zero;
    EXCEPTION WHEN OTHERS THEN
        NULL;
    END;
    PERFORM :call_bind_beta;
    EXECUTE 'SELECT min(owner) FROM accounts' INTO found;
    RAISE NOTICE '%', found;
END
$$;
