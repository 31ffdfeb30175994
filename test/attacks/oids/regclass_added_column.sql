-- A column that is added with a default gets it in all rows at once.
CREATE TABLE rows AS SELECT 1 AS a;
ALTER TABLE rows ADD t text DEFAULT (:beta_vault_oid)::oid::regclass;
TABLE rows;
