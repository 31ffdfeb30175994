-- Within a transaction that has served another, in a pooled session.
-- @login pool
BEGIN;
SELECT count(*) FROM accounts;
:bind_beta_local;
SELECT owner FROM accounts;
COMMIT;
