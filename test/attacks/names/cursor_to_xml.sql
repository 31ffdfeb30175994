-- A cursor that a function opened.
BEGIN;
CREATE FUNCTION opens() RETURNS refcursor LANGUAGE plpgsql AS $$
DECLARE
    c refcursor := 'c';
BEGIN
    OPEN c FOR EXECUTE 'SELECT * FROM tenant_beta.accounts';
    RETURN c;
END
$$;
SELECT cursor_to_xml(opens(), 10, true, false, '');
COMMIT;
