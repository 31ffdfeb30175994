-- A transaction that another tenant left open in the session, and its portal.
-- @login pool
-- @session attacker as beta
BEGIN ISOLATION LEVEL REPEATABLE READ;
DECLARE c CURSOR WITH HOLD FOR SELECT owner FROM accounts;
COMMIT;
-- @as none
FETCH 2 FROM c;
-- @as alpha
FETCH 2 FROM c;
