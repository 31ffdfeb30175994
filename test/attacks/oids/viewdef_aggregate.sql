-- An aggregate whose final function is pg_get_viewdef().
CREATE AGGREGATE definition_of (oid) (SFUNC = oidlarger, STYPE = oid, FINALFUNC = pg_get_viewdef);
SELECT definition_of(o) FROM (VALUES (:beta_view_oid::oid)) AS v (o);
