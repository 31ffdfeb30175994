-- ALTER TABLE ADD COLUMN evaluates the default for rows that are there.
CREATE TABLE told (a int);
INSERT INTO told VALUES (1);
ALTER TABLE told ADD answer text DEFAULT pg_get_viewdef(:beta_view_oid);
SELECT * FROM told;
