-- The definition of a view.
SELECT pg_get_viewdef(:beta_view_oid);
