-- A function of another tenant replaced by the attacker's.
CREATE OR REPLACE FUNCTION tenant_beta.get_owner(int) RETURNS text LANGUAGE sql AS 'SELECT ''planted''';
CREATE OR REPLACE VIEW tenant_beta.rich AS SELECT * FROM tenant_beta.accounts WHERE false;
