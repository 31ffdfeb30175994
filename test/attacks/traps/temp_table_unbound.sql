-- A trap that is set while the session is bound to nobody.
-- @login pool
-- @session attacker as none
CREATE TEMP TABLE accounts AS SELECT 1 AS id, 'PWNED' AS owner;
GRANT ALL ON accounts TO PUBLIC;
-- @as beta
SELECT owner FROM accounts;
