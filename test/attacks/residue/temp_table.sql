-- A temporary table of the tenant that the pooled session served before.
-- @login pool
-- @session attacker as beta
CREATE TEMP TABLE secrets AS SELECT owner FROM accounts;
GRANT ALL ON secrets TO PUBLIC;
-- @as alpha
SELECT * FROM secrets;
