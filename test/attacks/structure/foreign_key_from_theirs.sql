-- A foreign key on another tenant's table to the attacker's: what they delete is held up.
ALTER TABLE tenant_beta.canary_child ADD FOREIGN KEY (id) REFERENCES accounts;
