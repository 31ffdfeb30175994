-- What poolers do between clients: DISCARD ALL, RESET ALL, UNLISTEN, CLOSE ALL, ABORT
CREATE TEMP TABLE left_over (i int);
SET work_mem = '9MB';
PREPARE p AS SELECT 1;
LISTEN x;
DISCARD ALL;
SHOW work_mem;
SELECT count(*) FROM accounts;
SELECT current_user, session_user, current_schema;
SELECT to_regclass('left_over'), (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels());
ABORT;
CLOSE ALL;
UNLISTEN *;
RESET ALL;
DISCARD PLANS;
DISCARD TEMP;
SELECT count(*) FROM orders;
