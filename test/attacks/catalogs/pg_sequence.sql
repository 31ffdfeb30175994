-- Sequences, in the catalog and in the view with its last value.
SELECT 'LEARNED ' || seqstart FROM pg_sequence WHERE seqrelid = :beta_seq_oid;
SELECT schemaname, sequencename, last_value FROM pg_sequences;
