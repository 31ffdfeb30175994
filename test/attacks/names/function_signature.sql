-- Argument and result types of a new function.
CREATE FUNCTION of_type(tenant_beta.canary_mood) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE FUNCTION returning() RETURNS tenant_beta.accounts LANGUAGE plpgsql AS 'BEGIN RETURN ROW(1, ''LEARNED'', 2); END';
SELECT (returning()).*;
