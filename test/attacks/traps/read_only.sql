-- A setting that makes the next tenant's work fail.
-- @login pool
SET default_transaction_read_only = on;
-- @as beta
INSERT INTO accounts VALUES (500, 'new');
DELETE FROM accounts WHERE id = 500;
