-- The other size functions, in a DO block.
DO $$
BEGIN
    IF coalesce(pg_total_relation_size(:beta_table_oid), pg_table_size(:beta_vault_oid), pg_indexes_size(:beta_table_oid)) > 0 THEN
        RAISE NOTICE 'LEARNED';
    END IF;
END
$$;
