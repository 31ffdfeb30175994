-- setval() by OID.
DO $$ BEGIN PERFORM setval(:beta_seq_oid, 1, false); END $$;
