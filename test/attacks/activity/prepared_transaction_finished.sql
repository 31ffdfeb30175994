-- A prepared transaction of another tenant: committed by the login that they share.
-- @session setup
BEGIN;
UPDATE tenant_beta.accounts SET balance = 12345;
SET LOCAL ROLE app;
PREPARE TRANSACTION 'orders';
-- @session attacker
COMMIT PREPARED 'orders';
