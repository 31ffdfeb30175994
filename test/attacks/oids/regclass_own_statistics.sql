-- Statistics of an own column of type regclass, filled by COPY.
CREATE TABLE many (c regclass);
COPY many FROM STDIN;
:beta_vault_oid
:beta_vault_oid
:beta_table_oid
:beta_table_oid
\.
ANALYZE many;
SELECT most_common_vals FROM pg_stats WHERE tablename = 'many';
