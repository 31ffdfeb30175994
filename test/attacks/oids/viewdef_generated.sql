-- A generated column, over a function that says it is immutable.
CREATE FUNCTION tell(o oid) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT pg_get_viewdef(o)';
CREATE TABLE told (o oid, answer text GENERATED ALWAYS AS (tell(o)) STORED);
INSERT INTO told VALUES (:beta_view_oid) RETURNING answer;
