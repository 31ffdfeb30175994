-- \copy out of and into a table, to and from files and programs
\copy (SELECT id, name FROM accounts WHERE id <= 3 ORDER BY id) TO 'some.csv' WITH (FORMAT csv, HEADER)
\! cat some.csv
BEGIN;
\copy employees (id, name) FROM PROGRAM 'printf "101\tAda\n102\tBen\n"'
SELECT * FROM employees WHERE id > 100 ORDER BY id;
ROLLBACK;
\copy order_items TO PROGRAM 'sort | tail -n 2'
\! rm some.csv
