-- pg_notify() by an SQL function that is inlined, by DO, and as an argument of EXECUTE.
-- @session victim
LISTEN orders;
-- @session attacker
CREATE FUNCTION sends(text) RETURNS void LANGUAGE sql AS 'SELECT pg_notify(''orders'', $1)';
SELECT sends('PWNED 1');
DO $$ BEGIN PERFORM pg_notify('orders', 'PWNED 2'); END $$;
-- @session victim
SELECT 1;
