-- A prepared statement with the former tenant's schema in it.
-- @login pool
-- @session attacker as beta
PREPARE find AS SELECT owner FROM tenant_beta.accounts;
SET plan_cache_mode = force_generic_plan;
EXECUTE find;
-- @as alpha
EXECUTE find;
EXPLAIN (ANALYZE, VERBOSE) EXECUTE find;
