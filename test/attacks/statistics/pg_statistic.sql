-- The catalog under it, with values as anyarray.
-- @session setup
GRANT SELECT ON pg_statistic, pg_statistic_ext, pg_statistic_ext_data TO PUBLIC;
-- @session attacker
SELECT stavalues1 FROM pg_statistic WHERE starelid = :beta_vault_oid;
