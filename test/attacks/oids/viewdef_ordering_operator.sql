-- CASE, window frames, LIMIT: a call in places that are evaluated apart.
SELECT CASE WHEN length(pg_get_viewdef(:beta_view_oid)) > 0 THEN 'LEARNED' END;
SELECT 'LEARNED' FROM generate_series(1, 1) LIMIT CASE WHEN pg_get_viewdef(:beta_view_oid) IS NULL THEN 0 ELSE 1 END;
SELECT 'LEARNED' FROM (VALUES (1)) AS v (a) GROUP BY a HAVING pg_get_viewdef(:beta_view_oid) <> '';
