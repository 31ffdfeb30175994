-- In a procedure that ends the transaction first.
CREATE PROCEDURE moves() LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    COMMIT;
    PERFORM :call_bind_beta;
    EXECUTE 'SELECT min(owner) FROM accounts' INTO found;
    RAISE NOTICE '%', found;
END
$$;
CALL moves();
