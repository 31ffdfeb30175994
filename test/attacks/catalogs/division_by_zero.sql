-- An error that only a hidden row raises.
-- @leak division by zero
SELECT 1 / (CASE WHEN nspname = 'tenant_' || 'beta' THEN 0 ELSE 1 END) FROM pg_namespace;
