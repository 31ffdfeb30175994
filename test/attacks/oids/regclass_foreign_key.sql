-- The DETAIL of a foreign key that fails.
CREATE TABLE shown (r regclass PRIMARY KEY);
CREATE TABLE shows (r regclass REFERENCES shown);
INSERT INTO shows VALUES (:beta_vault_oid);
