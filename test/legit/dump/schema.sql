-- pg_dump of one's own schema, and pg_restore of what it wrote
-- drop: ^-- (Dumped|Started|Completed)|^\\(un)?restrict
\! pg_dump -s -n tenant_alpha
