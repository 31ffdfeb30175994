-- A foreign table over a connection back.
CREATE FOREIGN TABLE theirs (owner text) SERVER loop OPTIONS (schema_name 'tenant_beta', table_name 'accounts');
SELECT * FROM theirs;
