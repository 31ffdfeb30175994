-- Statistics on another tenant's table.
CREATE STATISTICS planted ON owner, balance FROM tenant_beta.accounts;
ALTER STATISTICS tenant_beta.canary_statistics SET STATISTICS 0;
