-- \l: databases (those of the runner's workers come and go)
-- drop: ^ app\d|^\(\d rows\)
\l
\l app
