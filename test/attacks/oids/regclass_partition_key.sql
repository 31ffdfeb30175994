-- Partitions by a column of type regclass: the bound is an OID, shown as a name.
CREATE TABLE parts (c regclass) PARTITION BY LIST (c);
CREATE TABLE part PARTITION OF parts FOR VALUES IN (:beta_vault_oid);
SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'part';
