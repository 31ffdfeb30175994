-- The DETAIL of a row without a partition.
CREATE TABLE shows (r regclass) PARTITION BY LIST (r);
INSERT INTO shows VALUES (:beta_vault_oid);
