-- Whole rows, as text and as json.
SELECT n FROM pg_namespace AS n;
SELECT to_jsonb(n) FROM pg_namespace AS n;
SELECT jsonb_agg(t) FROM pg_type AS t WHERE oid = :beta_type_oid;
