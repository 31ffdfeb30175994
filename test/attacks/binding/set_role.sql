-- Roles that the login role has.
RESET ROLE;
SET ROLE NONE;
SELECT owner FROM tenant_beta.accounts;
SET ROLE app;
SELECT owner FROM tenant_beta.accounts;
