-- COPY into a column of type regclass, and out of it.
CREATE TABLE shows (r regclass);
COPY shows FROM STDIN;
:beta_vault_oid
\.
COPY shows TO STDOUT;
