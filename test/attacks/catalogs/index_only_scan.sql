-- An index-only scan, a bitmap scan and a backward scan.
SET enable_seqscan = off;
SELECT nspname FROM pg_namespace ORDER BY nspname DESC;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT nspname FROM pg_namespace WHERE nspname BETWEEN 'tenant_a' AND 'tenant_c';
