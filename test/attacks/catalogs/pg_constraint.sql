-- Constraints and their expressions.
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE 'can%';
SELECT 'LEARNED' FROM pg_constraint WHERE oid = :beta_check_oid;
