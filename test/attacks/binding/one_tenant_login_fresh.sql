-- The same in a session that has served nobody.
-- @login alpha_login
-- @session attacker as none
:bind_beta;
SELECT owner FROM accounts;
SELECT owner FROM tenant_beta.accounts;
