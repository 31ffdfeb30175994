-- Rows by their place, and the gaps between visible ones.
SELECT relname FROM pg_class WHERE ctid = ANY (ARRAY(SELECT format('(%s,%s)', b, o)::tid FROM generate_series(0, 40) AS b, generate_series(1, 60) AS o));
