-- A schema with a tenant's name, before the tenant comes; with elements that lie elsewhere.
CREATE SCHEMA tenant_gamma;
CREATE SCHEMA mine CREATE TABLE tenant_beta.planted (a int);
CREATE SCHEMA AUTHORIZATION CURRENT_USER;
SELECT 'LEARNED' WHERE to_regnamespace('tenant_gamma') IS NOT NULL;
