-- A cursor WITH HOLD keeps rows.
-- @login pool
-- @session attacker as beta
DECLARE c CURSOR WITH HOLD FOR SELECT owner FROM accounts;
-- @as alpha
SELECT statement FROM pg_cursors;
FETCH ALL FROM c;
