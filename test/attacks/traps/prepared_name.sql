-- A name that is taken: the next tenant's PREPARE fails.
-- @login pool
PREPARE s1 AS SELECT 1;
-- @as beta
PREPARE s1 AS SELECT owner FROM accounts;
