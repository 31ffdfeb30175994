-- pg_dump of one's own schema with data, the policies set aside by --enable-row-security
-- drop: ^-- (Dumped|Started|Completed)|^\\(un)?restrict
\! pg_dump --enable-row-security -n tenant_alpha -T '*.scratch' --no-owner --no-privileges
