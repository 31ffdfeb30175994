-- Two schemas change names: the attacker's own becomes another.
ALTER SCHEMA tenant_alpha RENAME TO aside;
ALTER SCHEMA tenant_beta RENAME TO tenant_alpha;
SELECT owner FROM tenant_alpha.accounts;
