-- A temporary table in front of the next tenant's own.
-- @login pool
CREATE TEMP TABLE accounts AS SELECT 1 AS id, 'PWNED' AS owner;
GRANT ALL ON accounts TO PUBLIC;
-- @as beta
SELECT owner FROM accounts;
