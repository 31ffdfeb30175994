-- A statement under the name by which the pool binds, prepared while nobody is bound.
-- @beta_error prepared statement ".*" does not exist
-- @login pool
-- @session attacker as none
PREPARE "PGBOUNCER_1"(text) AS SELECT 'PWNED'::text;
-- @as beta
EXECUTE "PGBOUNCER_1"('beta');
