-- A statement that the session has planned for beta, executed by alpha along beta's path, by each of its names.
-- @wire
-- @login pool
--: parse p
SELECT * FROM accounts
--: execute p
-- @as beta
--: execute p
--: execute p
-- @as alpha
--: execute p
--: query
SET search_path = tenant_beta;
--: execute p
--: query
EXECUTE p;
--: query
SELECT length(set_config('search_path', 'tenant_beta', false));
--: execute p
--: query
EXPLAIN (VERBOSE) EXECUTE p;
--: query
CREATE TEMP TABLE copy AS EXECUTE p;
--: query
SELECT * FROM copy;
