-- COPY of a query.
COPY (SELECT pg_get_viewdef(:beta_view_oid)) TO STDOUT;
