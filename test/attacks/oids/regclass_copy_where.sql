-- COPY's WHERE compares what an OID is printed as.
CREATE TABLE guesses (o oid);
COPY guesses FROM STDIN WHERE o::regclass::text LIKE '%canary_vau%';
:beta_vault_oid
\.
SELECT 'LEARNED' FROM guesses HAVING count(*) = 1;
