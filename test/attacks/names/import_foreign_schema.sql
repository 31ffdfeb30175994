-- IMPORT FOREIGN SCHEMA copies definitions over a connection back.
CREATE SCHEMA IF NOT EXISTS imported;
IMPORT FOREIGN SCHEMA tenant_beta LIMIT TO (accounts, rich) FROM SERVER loop INTO imported;
IMPORT FOREIGN SCHEMA tenant_beta LIMIT TO (rich) FROM SERVER loop INTO tenant_alpha OPTIONS (import_default 'true');
SELECT owner FROM imported.accounts;
