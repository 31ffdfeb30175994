-- Row security switched on and off, and forced.
ALTER TABLE tenant_beta.accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
