-- The same sent by pg_notify(), with a name that is quoted.
LISTEN "Orders of today";
-- @session victim
SELECT pg_notify('Orders of today', 'CANARY_payload');
-- @session attacker
SELECT 1;
