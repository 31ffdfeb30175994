-- The versions of a collation.
SELECT 'LEARNED' FROM (SELECT pg_collation_actual_version(:beta_collation_oid)) AS t WHERE pg_collation_is_visible(:beta_collation_oid) IS NOT NULL;
