-- Functions, by definition and by the fast-path protocol.
-- @wire
-- @oracle oid=:beta_function_oid|:missing_oid
--: fastpath :oid 1
--: query
SELECT pg_get_functiondef(:oid) IS NULL;
--: query
SELECT has_function_privilege(:oid, 'EXECUTE') IS NULL;
