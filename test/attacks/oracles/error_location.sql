-- Fields of an error that clients seldom show: the place in the server's source.
-- @location
-- @oracle target=tenant_beta.accounts|tenant_zeta.accounts
SELECT * FROM :target;
TRUNCATE :target;
