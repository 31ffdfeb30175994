-- nextval() in the bound of a partition.
CREATE TABLE parts (a bigint) PARTITION BY LIST (a);
CREATE TABLE part PARTITION OF parts FOR VALUES IN (nextval(:beta_seq_oid::oid::regclass));
