-- TRUNCATE of another tenant's table, and of one's own with a foreign key in another tenant, CASCADE.
TRUNCATE tenant_beta.canary_child;
TRUNCATE tenant_beta.accounts CASCADE;
