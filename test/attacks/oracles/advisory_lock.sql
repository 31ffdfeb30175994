-- A key that another tenant has locked.
-- @background
-- @oracle key=424242|424243
SELECT pg_try_advisory_lock(:key);
