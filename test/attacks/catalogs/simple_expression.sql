-- plpgsql's assignments, IF and CASE from queries.
DO $$
DECLARE
    n name;
    c int;
BEGIN
    n := (SELECT nspname FROM pg_namespace WHERE oid = :beta_schema_oid);
    RAISE NOTICE '%', n;
    SELECT count(*) INTO c FROM pg_class WHERE oid = :beta_table_oid;
    IF c > 0 THEN
        RAISE NOTICE 'LEARNED';
    END IF;
END
$$;
