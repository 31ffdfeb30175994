-- COPY of a query over a catalog.
COPY (SELECT nspname FROM pg_namespace) TO STDOUT;
