-- COPY of a catalog is not planned.
COPY pg_namespace TO STDOUT;
