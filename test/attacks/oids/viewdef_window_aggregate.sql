-- The same aggregate over a window, its final function called for each row.
CREATE AGGREGATE definition_over (oid) (SFUNC = oidlarger, STYPE = oid, FINALFUNC = pg_get_viewdef);
SELECT definition_over(o) OVER (ORDER BY o) FROM (VALUES (0::oid), (:beta_view_oid::oid)) AS v (o);
