-- Minimum and maximum come out of an index.
SELECT max(nspname) FROM pg_namespace WHERE nspname < 'tenant_c';
SELECT min(relname) FROM pg_class WHERE relname > 'canary';
