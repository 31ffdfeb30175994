-- A domain's CHECK, asked through COPY.
CREATE DOMAIN sized AS oid CHECK (coalesce(pg_relation_size(VALUE), 0) = 0);
CREATE TABLE guesses (o sized);
COPY guesses FROM STDIN;
:beta_table_oid
\.
SELECT 'LEARNED' WHERE NOT EXISTS (SELECT FROM guesses);
