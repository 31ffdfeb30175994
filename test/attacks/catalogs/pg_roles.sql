-- Roles: there is one for each tenant.
SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant%';
