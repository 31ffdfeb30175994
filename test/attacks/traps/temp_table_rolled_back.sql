-- A trap that outlives a change of tenant that was rolled back.
-- @login pool
CREATE TEMP TABLE accounts AS SELECT 1 AS id, 'PWNED' AS owner;
GRANT ALL ON accounts TO PUBLIC;
BEGIN;
:unbind;
ROLLBACK;
-- @as beta
SELECT owner FROM accounts;
