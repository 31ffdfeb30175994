-- Row level security: policies made, changed, in effect
CREATE TABLE ddl_rows (id int, who name DEFAULT current_user, grp text);
INSERT INTO ddl_rows VALUES (1, DEFAULT, 'a'), (2, 'somebody', 'b'), (3, DEFAULT, 'c');
ALTER TABLE ddl_rows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
SELECT * FROM ddl_rows;
CREATE POLICY mine ON ddl_rows USING (who = current_user) WITH CHECK (grp <> 'z');
SELECT * FROM ddl_rows ORDER BY id;
INSERT INTO ddl_rows VALUES (4, DEFAULT, 'd');
ALTER POLICY mine ON ddl_rows USING (grp = current_setting('shop.grp', true));
SET shop.grp = 'b';
SELECT * FROM ddl_rows;
ALTER POLICY mine ON ddl_rows RENAME TO ours;
\d ddl_rows
SELECT policyname, cmd, qual FROM pg_policies WHERE tablename = 'ddl_rows';
EXPLAIN (COSTS OFF) SELECT * FROM ddl_rows;
SELECT row_security_active('ddl_rows'), count(*) FROM secrets;
DROP POLICY ours ON ddl_rows;
DROP TABLE ddl_rows;
