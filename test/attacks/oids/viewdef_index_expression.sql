-- An index over such a function: its keys are in the error of a duplicate.
CREATE FUNCTION tell(o oid) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left(pg_get_viewdef(o), 500)';
CREATE TABLE told (o oid);
CREATE UNIQUE INDEX ON told (tell(o));
INSERT INTO told VALUES (:beta_view_oid), (:beta_view_oid);
