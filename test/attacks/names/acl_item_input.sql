-- A privilege is read from the name of a role, and shown with it.
-- @oracle target=tenant_beta|tenant_zeta
SELECT ':target=r/:target'::aclitem IS NULL;
