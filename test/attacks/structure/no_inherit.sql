-- The heir of another tenant disowned.
ALTER TABLE tenant_beta.canary_heir NO INHERIT tenant_beta.canary_parent;
