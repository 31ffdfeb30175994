-- The rows of another tenant's TOAST table, in pg_toast, if its use was ever granted.
-- @session setup
GRANT USAGE ON SCHEMA pg_toast TO PUBLIC;
-- @session attacker
SELECT convert_from(substr(chunk_data, 1, 100), 'UTF8') FROM pg_toast.pg_toast_:beta_toasted_oid;
