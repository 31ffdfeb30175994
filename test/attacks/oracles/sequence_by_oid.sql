-- nextval(), setval() and currval().
-- @oracle oid=:beta_seq_oid|:missing_oid
SELECT nextval(:oid) > 0;
SELECT setval(:oid, 1) > 0;
SELECT currval(:oid) > 0;
SELECT start_value > 0 FROM pg_sequence_parameters(:oid);
