-- A prepared statement under the name that the pool uses.
-- @open prepared statements stay, because poolers need them
-- @login pool
PREPARE find_owner AS SELECT 'PWNED'::text;
-- @as beta
EXECUTE find_owner;
