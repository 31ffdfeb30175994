-- Which tables others use, with names.
-- @background
SELECT relation::regclass FROM pg_locks WHERE locktype = 'relation' AND pid <> pg_backend_pid();
SELECT 'LEARNED ' || mode FROM pg_locks WHERE relation = :beta_table_oid;
