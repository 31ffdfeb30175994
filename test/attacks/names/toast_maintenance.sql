-- TOAST tables are vacuumed and locked by name.
-- @session setup
GRANT USAGE ON SCHEMA pg_toast TO PUBLIC;
-- @session attacker
REINDEX TABLE pg_toast.pg_toast_:beta_toasted_oid;
VACUUM (FULL) pg_toast.pg_toast_:beta_toasted_oid;
