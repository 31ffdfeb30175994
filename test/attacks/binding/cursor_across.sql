-- A cursor of one tenant, fetched from in a savepoint of another.
-- @login pool
:unbind;
BEGIN;
:bind_beta_local;
DECLARE c CURSOR FOR SELECT owner FROM tenant_beta.accounts;
SAVEPOINT s;
:bind_alpha_local;
FETCH 3 FROM c;
COMMIT;
