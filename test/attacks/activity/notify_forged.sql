-- A notification forged for another tenant.
-- @session victim
LISTEN orders;
-- @session attacker
NOTIFY orders, 'PWNED';
-- @session victim
SELECT 1;
