-- System columns: how many rows there are between two places.
SELECT 'LEARNED' FROM (SELECT max(ctid) AS last FROM pg_namespace) AS t WHERE (SELECT count(*) FROM pg_namespace WHERE ctid <= t.last AND oid = :beta_schema_oid) > 0;
SELECT nspname FROM pg_namespace WHERE ctid >= '(0,1)' AND ctid < '(1,1)';
