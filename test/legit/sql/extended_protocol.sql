-- The extended protocol and prepared statements of a driver, as pgbench has them
\! printf '%s\n' '\set n random(1, 50)' 'SELECT name FROM accounts WHERE id = :n;' 'UPDATE employees SET name = name WHERE id = 1;' 'SELECT nextval($$small_numbers$$::regclass);' 'SELECT pg_advisory_xact_lock(77);' >script
\! pgbench -n -M extended -t 5 -f script 2>&1 | grep -E 'actually processed|ERROR'
\! pgbench -n -M prepared -t 5 -c 1 -f script 2>&1 | grep -E 'actually processed|ERROR'
\! pgbench -n -M simple -t 5 -f script 2>&1 | grep -E 'actually processed|ERROR'
\! rm script
SELECT nextval('small_numbers');
