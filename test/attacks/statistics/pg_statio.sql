-- Blocks of tables, indexes and sequences.
SELECT relname FROM pg_statio_user_tables;
SELECT indexrelname FROM pg_statio_all_indexes WHERE schemaname LIKE 'tenant%';
SELECT relname FROM pg_statio_user_sequences;
