-- ALTER TABLE ... INHERIT: rows of the child appear in the parent.
CREATE TABLE child (LIKE accounts);
INSERT INTO child VALUES (777, 'planted', 1);
ALTER TABLE child ADD PRIMARY KEY (id), INHERIT tenant_beta.accounts;
