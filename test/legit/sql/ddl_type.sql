-- Types: enum, composite, domain, range
CREATE TYPE ddl_enum AS ENUM ('b', 'c');
ALTER TYPE ddl_enum ADD VALUE 'a' BEFORE 'b';
ALTER TYPE ddl_enum RENAME VALUE 'c' TO 'd';
SELECT enum_range(NULL::ddl_enum), enum_first('b'::ddl_enum), enum_last(NULL::ddl_enum);
CREATE TYPE ddl_pair AS (a int, b ddl_enum);
ALTER TYPE ddl_pair ADD ATTRIBUTE c text, ALTER ATTRIBUTE a TYPE bigint;
CREATE TABLE ddl_uses (p ddl_pair, ps ddl_pair[], e ddl_enum DEFAULT 'a');
INSERT INTO ddl_uses VALUES (ROW(1, 'a', 'x'), ARRAY[ROW(2, 'b', 'y')::ddl_pair, ROW(3, 'd', 'z')::ddl_pair]);
SELECT (p).b, (ps[2]).c, e, pg_typeof(p), pg_typeof(ps) FROM ddl_uses;
CREATE DOMAIN ddl_domain AS int CHECK (VALUE > 0);
ALTER DOMAIN ddl_domain ADD CONSTRAINT small CHECK (VALUE < 10);
ALTER DOMAIN ddl_domain SET DEFAULT 3;
SELECT 5::ddl_domain, '{1,2}'::ddl_domain[];
CREATE TYPE ddl_range AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
SELECT '[1,2)'::ddl_range && '[1.5,3)'::ddl_range, ddl_multirange(ddl_range(1, 2), ddl_range(2, 4));
ALTER TYPE ddl_pair RENAME TO ddl_couple;
\d ddl_couple
\dT+ ddl*
COMMENT ON TYPE ddl_enum IS 'letters';
DROP TABLE ddl_uses;
DROP TYPE ddl_couple, ddl_enum, ddl_range;
DROP DOMAIN ddl_domain;
