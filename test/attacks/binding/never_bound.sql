-- A session that was never bound.
-- @session attacker as none
SELECT owner FROM tenant_beta.accounts;
TABLE tenant_alpha.accounts;
