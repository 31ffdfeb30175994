-- SELECT INTO, CREATE TABLE AS and a subquery in RETURNING.
SELECT owner INTO taken FROM tenant_beta.accounts;
CREATE TEMP TABLE taken_too AS SELECT owner FROM tenant_beta.accounts;
INSERT INTO accounts VALUES (900, 'x') RETURNING (SELECT min(owner) FROM tenant_beta.accounts);
