-- Roles: each tenant has one.
-- @oracle target=tenant_beta|tenant_zeta
SELECT ':target'::regrole::oid > 0;
SET ROLE :target;
SELECT pg_has_role(':target', 'MEMBER') IS NULL;
GRANT :target TO CURRENT_USER;
COMMENT ON ROLE :target IS 'x';
