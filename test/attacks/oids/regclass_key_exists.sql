-- The errors about a key and about a row show values that COPY brought in.
CREATE TABLE keys (c regclass UNIQUE);
COPY keys FROM STDIN;
:beta_vault_oid
\.
COPY keys FROM STDIN;
:beta_vault_oid
\.
CREATE TABLE needs (c regclass, x int NOT NULL);
COPY needs (c) FROM STDIN;
:beta_vault_oid
\.
