-- The binding of a transaction ends with it, by COMMIT AND CHAIN too.
-- @login pool
:unbind;
BEGIN;
:bind_alpha_local;
SELECT count(*) FROM accounts;
COMMIT AND CHAIN;
:bind_beta_local;
COMMIT AND CHAIN;
SELECT owner FROM tenant_beta.accounts;
COMMIT;
