-- ROLLBACK AND CHAIN of a transaction that was bound, in a session that may not change.
BEGIN;
SELECT count(*) FROM accounts;
ROLLBACK AND CHAIN;
:bind_beta_local;
SELECT owner FROM accounts;
COMMIT;
