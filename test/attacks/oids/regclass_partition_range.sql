-- The error about an empty range of partitions.
CREATE TABLE parts (c regclass) PARTITION BY RANGE (c);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM (:beta_vault_oid) TO (:beta_vault_oid);
