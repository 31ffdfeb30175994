-- The attacker's function is moved there, and shadows one of theirs.
CREATE FUNCTION get_owner(bigint) RETURNS text LANGUAGE sql AS 'SELECT ''planted''';
ALTER FUNCTION get_owner(bigint) SET SCHEMA tenant_beta;
