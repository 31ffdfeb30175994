-- A qualified name reads a table of another tenant.
SELECT * FROM tenant_beta.accounts;
