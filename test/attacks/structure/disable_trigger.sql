-- A trigger of another tenant switched off.
ALTER TABLE tenant_beta.canary_child DISABLE TRIGGER canary_trigger;
DROP TRIGGER canary_trigger ON tenant_beta.canary_child;
