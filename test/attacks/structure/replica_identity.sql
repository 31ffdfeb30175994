-- Storage, persistence, options, replica identity.
ALTER TABLE tenant_beta.accounts REPLICA IDENTITY FULL;
ALTER TABLE tenant_beta.accounts SET (fillfactor = 50);
ALTER TABLE tenant_beta.canary_toast SET UNLOGGED;
