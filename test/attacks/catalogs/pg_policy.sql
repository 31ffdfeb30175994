-- Policies, in the catalog and in its view.
SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy;
SELECT policyname, qual FROM pg_policies;
