-- A function in public that fits a call better than the tenant's own.
-- @beta_error does not exist
CREATE FUNCTION public.get_owner(bigint) RETURNS text LANGUAGE sql AS 'SELECT ''PWNED''';
GRANT EXECUTE ON FUNCTION public.get_owner(bigint) TO PUBLIC;
-- @session victim
SELECT get_owner(1::bigint);
