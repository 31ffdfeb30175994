-- A cursor's name that is taken.
-- @login pool
DECLARE c CURSOR WITH HOLD FOR SELECT 1;
-- @as beta
BEGIN;
DECLARE c CURSOR FOR SELECT owner FROM accounts;
COMMIT;
