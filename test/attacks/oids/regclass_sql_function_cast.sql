-- A cast in function notation, in a function that the planner puts into the query.
CREATE FUNCTION gives(oid) RETURNS text LANGUAGE sql STABLE AS 'SELECT regclass($1)::text';
SELECT gives(o) FROM (VALUES (:beta_vault_oid::oid)) AS v (o);
