-- Comments on another tenant's objects.
COMMENT ON TABLE tenant_beta.accounts IS 'changed';
COMMENT ON COLUMN tenant_beta.accounts.owner IS NULL;
COMMENT ON TRIGGER canary_trigger ON tenant_beta.canary_child IS 'changed';
COMMENT ON CONSTRAINT canary_check ON tenant_beta.canary_vault IS 'changed';
