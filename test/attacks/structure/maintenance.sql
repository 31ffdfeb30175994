-- VACUUM, ANALYZE, CLUSTER and REINDEX.
VACUUM (FREEZE) tenant_beta.accounts;
ANALYZE tenant_beta.canary_parent;
CLUSTER tenant_beta.accounts USING accounts_pkey;
REINDEX TABLE tenant_beta.accounts;
