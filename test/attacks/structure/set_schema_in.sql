-- Another tenant's table is moved here.
ALTER TABLE tenant_beta.canary_vault SET SCHEMA tenant_alpha;
SELECT canary_secret FROM canary_vault LIMIT 1;
