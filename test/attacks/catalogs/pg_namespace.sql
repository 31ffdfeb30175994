-- The list of schemas is the list of tenants.
SELECT nspname FROM pg_namespace;
