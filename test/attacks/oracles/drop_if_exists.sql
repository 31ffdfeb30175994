-- DROP IF EXISTS.
-- @oracle target=tenant_beta|tenant_zeta
DROP TABLE IF EXISTS :target.canary_toast;
DROP FUNCTION IF EXISTS :target.canary_function(int);
DROP TYPE IF EXISTS :target.canary_range;
DROP SCHEMA IF EXISTS :target;
