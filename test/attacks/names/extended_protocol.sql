-- A qualified name by the extended protocol.
-- @wire
--: extended
SELECT owner FROM tenant_beta.accounts
