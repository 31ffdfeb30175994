-- LISTEN and NOTIFY: the channel has the name that the client gave it
LISTEN jobs;
LISTEN "Mixed Case";
SELECT pg_listening_channels() ORDER BY 1;
NOTIFY jobs, 'first';
SELECT pg_notify('Mixed Case', 'second');
BEGIN;
NOTIFY jobs, 'a';
NOTIFY jobs, 'a';
NOTIFY jobs;
COMMIT;
\! psql -X -q -c "NOTIFY jobs, 'from another session'"
SELECT 1;
UNLISTEN jobs;
SELECT pg_listening_channels();
NOTIFY jobs, 'not heard';
UNLISTEN *;
SELECT pg_listening_channels();
SELECT pg_notification_queue_usage() < 0.5;
