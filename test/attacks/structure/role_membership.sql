-- Membership in another tenant's role.
-- @login pool
SELECT 'LEARNED' WHERE pg_has_role('tenant_' || 'beta', 'USAGE') AND pg_has_role(current_user, 'tenant_' || 'beta', 'USAGE');
SET ROLE tenant_beta;
SELECT 'LEARNED ' || min(owner) FROM tenant_beta.accounts;
