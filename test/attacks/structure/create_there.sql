-- Objects made in another tenant's schema.
CREATE TABLE tenant_beta.planted (a int);
CREATE FUNCTION tenant_beta.planted() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE tenant_beta.planted_type AS ENUM ();
CREATE VIEW tenant_beta.planted_view AS SELECT 1;
