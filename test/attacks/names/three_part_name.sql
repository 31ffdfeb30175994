-- The database's name in front of the schema's.
SELECT owner FROM attack.tenant_beta.accounts;
