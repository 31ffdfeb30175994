-- The login role's next sessions begin with another tenant.
ALTER ROLE app IN DATABASE attack :bind_beta_clause;
-- @session fresh as none
SELECT owner FROM accounts;
