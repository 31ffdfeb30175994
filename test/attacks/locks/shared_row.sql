-- A row of a shared table, locked: another tenant waits.
-- @open a row that tenants share is locked for all of them
BEGIN;
UPDATE shared SET note = note WHERE id = 1;
-- @session victim
UPDATE shared SET note = note WHERE id = 1;
