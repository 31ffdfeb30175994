-- A temporary view over the former tenant's table.
-- @login pool
-- @session attacker as beta
CREATE TEMP VIEW peek AS SELECT owner FROM accounts;
GRANT SELECT ON peek TO PUBLIC;
-- @as alpha
SELECT * FROM peek;
SELECT pg_get_viewdef('pg_temp.peek');
