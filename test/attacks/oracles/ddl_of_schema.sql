-- DDL of schemas.
-- @oracle target=tenant_beta|tenant_zeta
CREATE SCHEMA :target;
CREATE SCHEMA IF NOT EXISTS :target;
ALTER SCHEMA :target RENAME TO mine;
COMMENT ON SCHEMA :target IS 'x';
GRANT USAGE ON SCHEMA :target TO PUBLIC;
