-- LOCK TABLE: another tenant waits.
BEGIN;
LOCK TABLE tenant_beta.accounts;
-- @session victim
UPDATE accounts SET balance = balance WHERE id = 1;
