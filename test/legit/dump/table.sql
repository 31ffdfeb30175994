-- pg_dump of single tables, as COPY and as INSERT
-- drop: ^-- (Dumped|Started|Completed)|^\\(un)?restrict
\! pg_dump -t accounts -t tenant_alpha.employees
\! pg_dump -a --inserts -t 'tenant_alpha.an*' --rows-per-insert=2
\! pg_dump -s -t 'events*'
