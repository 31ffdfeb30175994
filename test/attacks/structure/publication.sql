-- Another tenant's table published; a publication of all.
CREATE PUBLICATION mine FOR TABLE tenant_beta.accounts;
CREATE PUBLICATION mine_too;
ALTER PUBLICATION mine_too ADD TABLE tenant_beta.canary_vault;
