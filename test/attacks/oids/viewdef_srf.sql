-- A set-returning SQL function that is inlined into FROM.
CREATE FUNCTION tell(o oid) RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT pg_get_viewdef(o)';
SELECT * FROM tell(:beta_view_oid);
SELECT * FROM pg_get_viewdef(:beta_view_oid);
