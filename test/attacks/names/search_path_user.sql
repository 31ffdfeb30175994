-- "$user" becomes another tenant's schema with SET ROLE.
-- @login pool
SET ROLE tenant_beta;
SET search_path = "$user";
SELECT owner FROM accounts;
