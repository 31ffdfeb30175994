-- A view of the attacker's own.
CREATE VIEW mine AS SELECT owner FROM tenant_beta.accounts;
SELECT * FROM mine;
