-- The DETAIL of a violation shows the row.
CREATE TABLE shows (r regclass, n int NOT NULL);
INSERT INTO shows VALUES (:beta_vault_oid, NULL);
