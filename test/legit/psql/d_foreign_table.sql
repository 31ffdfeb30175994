-- \d of a foreign table, and \det
-- needs extension: postgres_fdw
\d stock
\d+ stock
\det
\det+ st*
