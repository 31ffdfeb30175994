-- A sequence of another tenant by OID.
SELECT 'LEARNED ' || nextval(:beta_seq_oid::regclass);
