-- Notifications of another tenant.
LISTEN orders;
-- @session victim
NOTIFY orders, 'CANARY_payload';
-- @session attacker
SELECT 1;
