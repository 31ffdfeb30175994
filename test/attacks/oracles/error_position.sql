-- A statement with two errors: which comes first tells what was looked up.
-- @oracle target=tenant_beta.accounts|tenant_zeta.accounts
SELECT nothing FROM :target;
SELECT nothing.x FROM :target, nowhere;
INSERT INTO :target (nothing) VALUES (1);
