-- GRANT and REVOKE, of one table and of all.
GRANT ALL ON tenant_beta.accounts TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA tenant_beta TO app;
REVOKE ALL ON SCHEMA tenant_beta FROM tenant_beta;
REVOKE EXECUTE ON FUNCTION tenant_beta.get_owner(int) FROM PUBLIC;
