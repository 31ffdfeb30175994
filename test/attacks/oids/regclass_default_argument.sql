-- The default of an argument is put in by the planner itself.
CREATE FUNCTION gives(a int, b text DEFAULT (:beta_vault_oid)::oid::regclass::text) RETURNS text LANGUAGE sql AS 'SELECT b';
SELECT gives(1);
