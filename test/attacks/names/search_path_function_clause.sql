-- The SET clause of a function changes search_path for its body.
CREATE FUNCTION through_clause() RETURNS SETOF text LANGUAGE plpgsql SET search_path = tenant_beta AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT owner FROM accounts';
END
$$;
SELECT * FROM through_clause();
