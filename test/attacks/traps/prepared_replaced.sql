-- A statement that the pool has prepared by protocol, given up and prepared anew with another meaning.
-- @beta_error prepared statement ".*" does not exist
-- @login pool
-- @session attacker as alpha
PREPARE "PGBOUNCER_1" AS SELECT owner FROM accounts;
DISCARD ALL;
-- @as alpha
PREPARE "PGBOUNCER_1" AS SELECT 'PWNED'::text;
-- @as beta
EXECUTE "PGBOUNCER_1";
