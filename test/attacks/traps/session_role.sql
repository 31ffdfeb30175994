-- A role that is left in effect.
-- @login pool
SET ROLE tenant_alpha;
-- @as beta
SELECT 'PWNED' WHERE current_user = 'tenant_alpha';
