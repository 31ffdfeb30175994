-- A table that exists in another tenant's schema against one that does not.
-- @oracle target=tenant_beta.accounts|tenant_beta.nothings
SELECT * FROM :target;
