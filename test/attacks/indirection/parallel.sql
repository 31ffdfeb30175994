-- A parallel worker reads.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET force_parallel_mode = on;
CREATE FUNCTION reads(int) RETURNS text LANGUAGE plpgsql PARALLEL SAFE AS $$ BEGIN RETURN (SELECT owner FROM tenant_beta.accounts WHERE id = $1); END $$;
SELECT reads(id) FROM accounts;
