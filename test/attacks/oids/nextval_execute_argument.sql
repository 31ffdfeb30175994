-- nextval() of a sequence's OID in an argument of EXECUTE.
PREPARE p AS SELECT 'LEARNED ' || $1::bigint;
EXECUTE p(nextval(:beta_seq_oid::oid::regclass));
