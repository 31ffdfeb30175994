-- A materialised view and a table filled from a catalog.
CREATE MATERIALIZED VIEW kept AS SELECT nspname FROM pg_namespace;
CREATE TABLE taken AS SELECT proname, prosrc FROM pg_proc WHERE oid = :beta_function_oid;
TABLE kept;
TABLE taken;
