-- Ordered-set aggregates and window functions hand values through.
SELECT mode() WITHIN GROUP (ORDER BY o::regclass) FROM (VALUES (:beta_vault_oid::oid)) AS v (o);
SELECT first_value(o::regclass) OVER () FROM (VALUES (:beta_vault_oid::oid)) AS v (o);
SELECT max(o::regclass::text) FROM (VALUES (:beta_vault_oid::oid)) AS v (o);
