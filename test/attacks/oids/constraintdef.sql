-- Definitions of constraints.
SELECT pg_get_constraintdef(:beta_check_oid), pg_get_constraintdef(:beta_fkey_oid, true);
SELECT pg_get_constraintdef(:beta_domain_constraint_oid);
