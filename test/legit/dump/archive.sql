-- pg_dump in the custom and directory formats, listed, and turned into a script by pg_restore
-- mask: ^\d+; \d+ \d+
-- drop: ^; +(Archive created|Dumped|dbname)|^-- (Dumped|Started|Completed)|^\\(un)?restrict
\! pg_dump -Fc --enable-row-security -n tenant_alpha -f archive
\! pg_restore -l archive
\! pg_restore -f - -t employees archive
\! rm archive
