-- Correlated, in an array, in VALUES, in a recursive query.
SELECT (SELECT pg_get_viewdef(o)) FROM (VALUES (:beta_view_oid::oid)) AS v (o);
SELECT ARRAY(SELECT pg_get_viewdef(o) FROM unnest(ARRAY[:beta_view_oid]::oid[]) AS o);
WITH RECURSIVE r (n, t) AS (SELECT 0, '' UNION ALL SELECT n + 1, pg_get_viewdef(:beta_view_oid) FROM r WHERE n < 1) SELECT t FROM r;
