-- GRANT on one's own table and another's in one statement.
GRANT SELECT ON accounts, tenant_beta.canary_vault TO PUBLIC;
