-- Channels that were listened to, and what is sent to them.
-- @login pool
-- @session attacker as beta
LISTEN canary_orders;
-- @as alpha
SELECT pg_listening_channels();
-- @session victim
NOTIFY canary_orders, 'CANARY_payload';
-- @session attacker
SELECT 1;
