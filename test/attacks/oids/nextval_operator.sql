-- nextval() under the name of an operator, in an argument of EXECUTE.
CREATE OPERATOR @@@ (FUNCTION = nextval, RIGHTARG = regclass);
PREPARE p AS SELECT 'LEARNED ' || $1::bigint;
EXECUTE p(@@@ (:beta_seq_oid::oid::regclass));
