-- A statement that was parsed by protocol while the session served another tenant.
-- @wire
-- @login pool
-- @session attacker as beta
--: parse s
SELECT owner FROM tenant_beta.accounts
--: execute s
-- @as alpha
--: execute s
