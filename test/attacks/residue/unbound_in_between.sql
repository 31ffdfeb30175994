-- The session is bound to nobody in between.
-- @login pool
-- @session attacker as beta
CREATE TEMP TABLE secrets AS SELECT owner FROM accounts;
GRANT ALL ON secrets TO PUBLIC;
-- @as none
SELECT * FROM secrets;
-- @as alpha
SELECT * FROM secrets;
