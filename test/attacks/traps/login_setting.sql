-- A setting of the login role, for every session to come.
ALTER ROLE app IN DATABASE attack SET default_transaction_read_only = on;
-- @session victim
INSERT INTO accounts VALUES (500, 'new');
DELETE FROM accounts WHERE id = 500;
