-- Through an SQL function that is inlined, an operator, a prepared statement's argument.
CREATE FUNCTION holds(bigint) RETURNS bool LANGUAGE sql AS 'SELECT pg_try_advisory_lock($1)';
CREATE OPERATOR @! (FUNCTION = pg_try_advisory_lock, RIGHTARG = bigint);
SELECT holds(11);
SELECT OPERATOR(tenant_alpha.@!) 12::bigint;
PREPARE p(bool) AS SELECT $1;
EXECUTE p(pg_try_advisory_lock(13));
-- @session victim
SELECT 'PWNED' WHERE NOT (pg_try_advisory_lock(11) AND pg_try_advisory_lock(12) AND pg_try_advisory_lock(13));
