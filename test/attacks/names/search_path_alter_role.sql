-- The login role's own setting, for sessions to come.
ALTER ROLE app IN DATABASE attack SET search_path = tenant_beta;
-- @session fresh as none
SELECT owner FROM accounts;
