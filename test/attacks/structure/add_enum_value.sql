-- A label added to another tenant's enum; a domain's constraint dropped.
ALTER TYPE tenant_beta.canary_mood ADD VALUE 'planted';
ALTER DOMAIN tenant_beta.canary_domain DROP CONSTRAINT canary_domain_check;
ALTER TYPE tenant_beta.canary_pair ADD ATTRIBUTE planted int CASCADE;
