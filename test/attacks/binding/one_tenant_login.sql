-- A login that is member of one tenant's role binds to another. With a common owner it is, in the end, a member of tenancy_app.
-- @login alpha_login
:bind_beta;
SELECT owner FROM tenant_beta.accounts;
