-- TABLESAMPLE reads pages, and system columns show where rows are.
SELECT tableoid::regclass, ctid, owner FROM tenant_beta.accounts TABLESAMPLE SYSTEM (100);
