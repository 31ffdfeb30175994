-- Functions, procedures, aggregates, operators
CREATE FUNCTION ddl_f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE OR REPLACE FUNCTION ddl_f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE RETURN a * b;
ALTER FUNCTION ddl_f STABLE COST 5 SET work_mem = '1MB';
ALTER FUNCTION ddl_f(int, int) RENAME TO ddl_g;
SELECT ddl_g(3), ddl_g(b => 5, a => 2);
\sf ddl_g
CREATE PROCEDURE ddl_p(INOUT n int) LANGUAGE plpgsql AS $$ BEGIN n := n + (SELECT count(*) FROM employees); COMMIT; END $$;
CALL ddl_p(1);
CREATE FUNCTION ddl_t() RETURNS TABLE (a bigint, b text) BEGIN ATOMIC SELECT id, name FROM accounts WHERE id < 3 ORDER BY id; END;
SELECT * FROM ddl_t();
CREATE AGGREGATE ddl_product(int) (SFUNC = int4mul, STYPE = int, INITCOND = '1');
SELECT ddl_product(id) FROM employees WHERE id <= 5;
CREATE OPERATOR <+> (FUNCTION = ddl_g, LEFTARG = int, RIGHTARG = int);
SELECT 6 <+> 7;
COMMENT ON FUNCTION ddl_t IS 'two accounts';
GRANT EXECUTE ON FUNCTION ddl_t TO PUBLIC;
REVOKE ALL ON FUNCTION ddl_t FROM PUBLIC;
DROP OPERATOR <+> (int, int);
DROP AGGREGATE ddl_product(int);
DROP PROCEDURE ddl_p;
DROP FUNCTION ddl_g, ddl_t;
