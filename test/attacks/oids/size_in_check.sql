-- A CHECK constraint as an oracle for sizes.
CREATE TABLE guesses (o oid CHECK (coalesce(pg_relation_size(o), 0) = 0));
INSERT INTO guesses VALUES (:beta_table_oid);
SELECT 'LEARNED' WHERE NOT EXISTS (SELECT FROM guesses);
