-- A connection of postgres_fdw that the former tenant opened, found by its server's name.
-- @open the state of other libraries stays with the connection
-- @own_changes
-- @login pool
-- @session attacker as beta
CREATE FOREIGN TABLE IF NOT EXISTS reached (n name) SERVER loop OPTIONS (schema_name 'pg_catalog', table_name 'pg_namespace');
SELECT 1 FROM reached LIMIT 1;
-- @as alpha
SELECT 'LEARNED ' || server_name FROM postgres_fdw_get_connections();
