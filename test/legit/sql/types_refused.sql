-- What types and constraints refuse
-- expects error
SELECT 'no_at'::email;
SELECT 'lost'::order_status;
INSERT INTO accounts (name, balance) VALUES ('poor', -99999);
INSERT INTO accounts (name, mail) VALUES ('double', 'a1@example.org');
INSERT INTO accounts (id, name) VALUES (1, 'given');
INSERT INTO accounts (mail) VALUES ('x@y');
INSERT INTO order_items VALUES (1, 9, md5('1')::uuid, 0);
UPDATE accounts SET display = 'x' WHERE id = 1;
SELECT 'no_such'::regclass;
SELECT no_such(1);
SELECT * FROM no_such;
SELECT * FROM no_such_schema.t;
SELECT nocolumn FROM accounts;
INSERT INTO rich_accounts (name, balance) VALUES ('not rich', 1);
CREATE TABLE accounts (i int);
DROP TABLE orders;
INSERT INTO public.countries VALUES ('DE', 'Germany');
SELECT '"'::regclass;
