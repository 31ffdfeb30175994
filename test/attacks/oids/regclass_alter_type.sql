-- The type of a column changed to regclass and on to text.
CREATE TABLE kept (c oid);
INSERT INTO kept VALUES (:beta_vault_oid);
ALTER TABLE kept ALTER c TYPE regclass;
ALTER TABLE kept ALTER c TYPE text;
TABLE kept;
