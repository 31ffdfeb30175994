-- Spellings of a slug that a careless comparison lets pass.
SET :setting TO 'BETA', 'beta ';
SET :setting TO ' beta', tenant_beta;
SELECT owner FROM tenant_beta.accounts;
