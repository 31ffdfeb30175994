-- Within a transaction that was bound in a savepoint that is taken back.
-- @login pool
:unbind;
BEGIN;
SAVEPOINT s;
:bind_alpha_local;
SELECT count(*) FROM accounts;
ROLLBACK TO s;
:bind_beta_local;
SELECT owner FROM accounts;
COMMIT;
