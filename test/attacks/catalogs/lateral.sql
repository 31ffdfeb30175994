-- LATERAL, DISTINCT ON, window functions, grouping sets.
SELECT DISTINCT ON (c.relname) c.relname FROM pg_namespace AS n, LATERAL (SELECT * FROM pg_class WHERE relnamespace = n.oid OFFSET 0) AS c;
SELECT nspname, row_number() OVER (ORDER BY oid) FROM pg_namespace GROUP BY CUBE (nspname, oid);
