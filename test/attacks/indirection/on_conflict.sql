-- Subqueries in ON CONFLICT, in UPDATE FROM and DELETE USING.
INSERT INTO accounts VALUES (1) ON CONFLICT (id) DO UPDATE SET owner = (SELECT max(owner) FROM tenant_beta.accounts);
UPDATE accounts AS a SET owner = b.owner FROM tenant_beta.accounts AS b WHERE a.id = b.id;
DELETE FROM tenant_beta.accounts AS b USING accounts AS a WHERE a.id = b.id;
TABLE accounts;
