-- A search by bisection, one bit at a time.
SELECT 'LEARNED' WHERE (SELECT count(*) FROM pg_namespace WHERE nspname > 'tenant_alpha' AND nspname < 'tenant_c') > 0;
SELECT 'LEARNED' WHERE EXISTS (SELECT FROM pg_class WHERE relnamespace = :beta_schema_oid);
SELECT 'LEARNED' WHERE 'accounts' = ANY (SELECT relname FROM pg_class WHERE relnamespace <> :alpha_schema_oid);
