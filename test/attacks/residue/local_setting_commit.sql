-- A setting made in a function with a SET clause, and one made in a transaction.
-- @login pool
-- @session attacker as beta
BEGIN;
SET app.secret = 'CANARY_setting';
COMMIT;
-- @as none
-- @as alpha
SELECT current_setting('app.secret', true);
