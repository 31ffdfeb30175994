-- A CHECK constraint tells, letter by letter, what an OID is printed as.
CREATE TABLE guesses (o oid CHECK (o::regclass::text NOT LIKE '%canary_v%'));
INSERT INTO guesses VALUES (:beta_table_oid);
INSERT INTO guesses VALUES (:beta_vault_oid);
SELECT 'LEARNED' FROM guesses HAVING count(*) = 1;
