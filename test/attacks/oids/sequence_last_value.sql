-- pg_sequence_last_value() and pg_sequence_parameters().
SELECT 'LEARNED ' || pg_sequence_last_value(:beta_seq_oid);
SELECT 'LEARNED ' || start_value FROM pg_sequence_parameters(:beta_seq_oid);
