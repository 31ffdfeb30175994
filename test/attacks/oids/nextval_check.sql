-- nextval() of a computed sequence in a CHECK constraint.
CREATE TABLE takes (o oid CHECK (nextval(o::regclass) > 0));
INSERT INTO takes VALUES (:beta_seq_oid);
