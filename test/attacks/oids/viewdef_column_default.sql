-- A column's default, by INSERT and by COPY.
CREATE TABLE told (a int, answer text DEFAULT pg_get_viewdef(:beta_view_oid));
COPY told (a) FROM STDIN;
1
\.
INSERT INTO told VALUES (2);
SELECT * FROM told;
