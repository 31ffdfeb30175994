-- The same when the change of tenant fails once before it succeeds.
-- @beta_error division by zero|current transaction is aborted
-- @login pool
-- @session attacker as beta
DECLARE c CURSOR WITH HOLD FOR SELECT owner FROM accounts;
BEGIN;
SELECT 1 / 0;
:bind_alpha;
ROLLBACK;
-- @as alpha
FETCH ALL FROM c;
