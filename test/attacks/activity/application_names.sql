-- Names that applications give themselves.
-- @background
SELECT application_name FROM pg_stat_activity WHERE pid <> pg_backend_pid();
