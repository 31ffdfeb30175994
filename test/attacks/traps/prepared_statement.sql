-- A prepared statement under the name that the pool uses.
-- @beta_error prepared statement ".*" does not exist
-- @login pool
PREPARE find_owner AS SELECT 'PWNED'::text;
-- @as beta
EXECUTE find_owner;
