-- Cursors: scroll, WHERE CURRENT OF, WITH HOLD, in plpgsql
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT id, name FROM employees ORDER BY id;
FETCH 2 FROM c;
FETCH LAST FROM c;
MOVE ABSOLUTE 5 IN c;
FETCH PRIOR FROM c;
SELECT name, statement, is_holdable, is_scrollable FROM pg_cursors;
DECLARE u CURSOR FOR SELECT * FROM employees WHERE id < 4 FOR UPDATE;
FETCH u;
UPDATE employees SET name = 'first' WHERE CURRENT OF u RETURNING id, name;
ROLLBACK;
BEGIN;
DECLARE h CURSOR WITH HOLD FOR SELECT id FROM orders ORDER BY id;
COMMIT;
FETCH 3 FROM h;
SELECT name, is_holdable FROM pg_cursors;
CLOSE h;
DO $$
DECLARE
	r refcursor;
	n int;
BEGIN
	OPEN r FOR EXECUTE 'SELECT id FROM accounts WHERE id > $1 ORDER BY id' USING 10;
	FETCH r INTO n;
	CLOSE r;
	RAISE NOTICE 'fetched %', n;
END
$$;
