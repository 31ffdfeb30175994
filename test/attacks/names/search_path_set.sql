-- search_path leads an unqualified name to another tenant.
SET search_path = tenant_beta;
SELECT owner FROM accounts;
