-- The list of values, out of the catalog.
-- @session setup
GRANT SELECT ON pg_statistic, pg_statistic_ext, pg_statistic_ext_data TO PUBLIC;
-- @session attacker
SELECT m.values FROM pg_statistic_ext_data AS d, pg_mcv_list_items(d.stxdmcv) AS m;
