-- Within MERGE, UPDATE and ON CONFLICT.
CREATE TABLE told (k int PRIMARY KEY, answer text);
INSERT INTO told VALUES (1, '');
MERGE INTO told USING (VALUES (1)) AS v (k) ON told.k = v.k WHEN MATCHED AND pg_get_viewdef(:beta_view_oid) <> '' THEN UPDATE SET answer = pg_get_viewdef(:beta_view_oid);
INSERT INTO told VALUES (1, '') ON CONFLICT (k) DO UPDATE SET answer = told.answer || pg_get_viewdef(:beta_view_oid);
TABLE told;
