-- A shared function that another tenant's table uses, replaced or dropped.
-- @session setup
CREATE FUNCTION public.stamp() RETURNS text LANGUAGE sql AS 'SELECT ''stamp''';
ALTER FUNCTION public.stamp() OWNER TO app;
ALTER TABLE tenant_beta.accounts ADD stamp text DEFAULT public.stamp();
-- @session attacker
DROP FUNCTION public.stamp() CASCADE;
