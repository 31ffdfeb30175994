-- A constant in a view is shown with the view's definition, and makes a dependency.
CREATE VIEW shows AS SELECT ':beta_vault_oid'::regclass AS r;
SELECT pg_get_viewdef('shows');
