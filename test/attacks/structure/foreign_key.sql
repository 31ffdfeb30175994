-- A foreign key to another tenant's table.
CREATE TABLE refers (id int REFERENCES tenant_beta.accounts);
INSERT INTO refers VALUES (1);
INSERT INTO refers VALUES (99999);
SELECT 'LEARNED ' || id FROM refers;
