-- OWNER TO.
ALTER TABLE tenant_beta.accounts OWNER TO tenant_alpha;
ALTER FUNCTION tenant_beta.get_owner(int) OWNER TO CURRENT_USER;
ALTER SCHEMA tenant_beta OWNER TO app;
COMMENT ON SCHEMA tenant_beta IS 'taken';
