-- A cast of a schema's name, at run time and within plpgsql.
DO $$
DECLARE
    schema regnamespace;
BEGIN
    schema := 'tenant_beta';
    RAISE NOTICE 'LEARNED %', schema::oid;
END
$$;
