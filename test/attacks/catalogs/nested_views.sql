-- System views within views within functions within views.
CREATE VIEW a AS SELECT * FROM information_schema.columns;
CREATE FUNCTION f() RETURNS SETOF a LANGUAGE sql STABLE AS 'SELECT * FROM tenant_alpha.a';
CREATE VIEW b AS SELECT column_name FROM f();
SELECT * FROM b WHERE column_name LIKE 'can%';
