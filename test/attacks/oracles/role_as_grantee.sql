-- Roles as grantees and owners.
-- @oracle target=tenant_beta|tenant_zeta
GRANT SELECT ON accounts TO :target;
ALTER TABLE accounts OWNER TO :target;
SELECT has_table_privilege(':target', 'accounts', 'SELECT') IS NULL;
REASSIGN OWNED BY :target TO CURRENT_USER;
