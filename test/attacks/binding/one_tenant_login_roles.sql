-- Such a login sets the roles that it is a member of by way of the common owner.
-- @login alpha_login
-- @session attacker as none
SET ROLE tenant_alpha;
SET ROLE app;
:bind_beta;
SELECT owner FROM tenant_beta.accounts;
