-- Sequences: made, changed, owned, used by name, in defaults, after setval
CREATE SEQUENCE ddl_s START 5 INCREMENT 5 CACHE 1;
SELECT nextval('ddl_s'), nextval('ddl_s'::regclass), nextval('tenant_alpha.ddl_s'), currval('ddl_s'), lastval();
SELECT setval('ddl_s', 100), nextval('ddl_s'), setval('ddl_s', 7, false), nextval('ddl_s');
ALTER SEQUENCE ddl_s RESTART WITH 50 MAXVALUE 60 CYCLE;
SELECT nextval('ddl_s') FROM generate_series(1, 4);
SELECT last_value, is_called FROM ddl_s;
CREATE TABLE ddl_numbers (id int PRIMARY KEY DEFAULT nextval('ddl_s'), n text);
ALTER SEQUENCE ddl_s OWNED BY ddl_numbers.id;
INSERT INTO ddl_numbers (n) VALUES ('a') RETURNING id;
SELECT pg_get_serial_sequence('ddl_numbers', 'id'), setval(pg_get_serial_sequence('ddl_numbers', 'id'), max(id)) FROM ddl_numbers;
PREPARE ins AS INSERT INTO ddl_numbers (n) VALUES ($1) RETURNING id;
EXECUTE ins('b');
DO $$ BEGIN EXECUTE format('SELECT nextval(%L)', 'ddl_s'); EXECUTE 'INSERT INTO ddl_numbers (n) VALUES ($1)' USING 'c'; END $$;
SELECT * FROM ddl_numbers ORDER BY n;
CREATE PROCEDURE ddl_take(n bigint) LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'given %', n; END $$;
CALL ddl_take(nextval('ddl_s'));
PREPARE show(bigint) AS SELECT $1 AS given;
EXECUTE show(nextval('ddl_s'));
\d ddl_s
ALTER SEQUENCE ddl_s AS bigint OWNED BY NONE;
ALTER SEQUENCE ddl_s RENAME TO ddl_s2;
INSERT INTO ddl_numbers (n) VALUES ('d') RETURNING id;
DROP PROCEDURE ddl_take;
DROP TABLE ddl_numbers;
DROP SEQUENCE ddl_s2;
