-- A built-in setting that has data in it.
-- @login pool
-- @session attacker as beta
SET application_name = 'CANARY_name';
-- @as alpha
SHOW application_name;
SELECT setting FROM pg_settings WHERE name = 'application_name';
