-- A temporary table made while the binding was that of a transaction.
-- @login pool
-- @session attacker as none
BEGIN;
:bind_beta_local;
CREATE TEMP TABLE secrets AS SELECT 'CANARY_local'::text AS owner;
GRANT ALL ON secrets TO PUBLIC;
COMMIT;
-- @as alpha
SELECT owner FROM secrets;
