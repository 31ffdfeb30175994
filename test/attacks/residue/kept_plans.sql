-- A statement that the session has planned for beta, executed by alpha along beta's path, by each of its names.
-- @login pool
PREPARE p AS SELECT * FROM accounts;
EXECUTE p;
-- @as beta
EXECUTE p;
EXECUTE p;
-- @as alpha
EXECUTE p;
SET search_path = tenant_beta;
EXECUTE p;
SELECT length(set_config('search_path', 'tenant_beta', false));
EXECUTE p;
EXPLAIN (VERBOSE) EXECUTE p;
CREATE TEMP TABLE copy AS EXECUTE p;
SELECT * FROM copy;
