-- ALTER COLUMN TYPE ... USING.
CREATE TABLE told (answer oid);
INSERT INTO told VALUES (:beta_view_oid);
ALTER TABLE told ALTER answer TYPE text USING pg_get_viewdef(answer);
SELECT * FROM told;
