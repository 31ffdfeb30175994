-- Functions that show definitions, which wait for the relation.
-- @leak 55P03|57014
-- @session victim
BEGIN;
LOCK TABLE accounts;
-- @session attacker
SELECT length(pg_get_viewdef(:beta_view_oid));
SELECT pg_relation_filepath(:beta_table_oid) IS NULL AND pg_relation_is_publishable(:beta_table_oid) AND pg_column_is_updatable(:beta_table_oid, 1::int2, true) FROM pg_indexes_size(:beta_table_oid);
