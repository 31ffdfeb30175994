-- The bound of a partition is computed once, and shown by \d.
CREATE TABLE parts (t text) PARTITION BY LIST (t);
CREATE TABLE part PARTITION OF parts FOR VALUES IN ((:beta_vault_oid::oid::regclass)::text);
SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'part';
