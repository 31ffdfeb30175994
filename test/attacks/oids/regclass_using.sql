-- ALTER TABLE's USING stores what an OID is printed as.
CREATE TABLE names (o oid);
INSERT INTO names VALUES (:beta_vault_oid);
ALTER TABLE names ALTER o TYPE text USING o::regclass::text;
SELECT * FROM names;
