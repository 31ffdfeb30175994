-- The settings of the audit: what they take, and who may change them.
SET tenancy.audit = 'write, READ';
SHOW tenancy.audit;
SET tenancy.audit = write, "read", ddl;
SHOW tenancy.audit;
SET tenancy.audit = 'all';
SET tenancy.audit = 'none';
SET tenancy.audit = '';
SET tenancy.audit = 'everything';
SET tenancy.audit = 'all, write';
SET tenancy.audit = 'none, write';
SET tenancy.audit = 'write read';
RESET tenancy.audit;
SET tenancy.audit_tenants = 'acme, test-alice';
SHOW tenancy.audit_tenants;
SET tenancy.audit_tenants = 'a_b';
SET tenancy.audit_tenants = 'acme,, globex';
SET tenancy.audit_tenants = '';
RESET tenancy.audit_tenants;
SET tenancy.audit_sinks = 'table, log';
SET tenancy.audit_sinks = '';
SET tenancy.audit_sinks = 'file';
RESET tenancy.audit_sinks;
SET tenancy.audit_query_text = 'masked';
SET tenancy.audit_query_text = 'some';
RESET tenancy.audit_query_text;

-- No tenant can change them, bound or not, nor a role for itself.
CREATE ROLE au_app LOGIN IN ROLE tenancy_app;
SELECT slug FROM tenancy.provision('au-one');
SET SESSION AUTHORIZATION au_app;
SET tenancy.audit = 'none';
ALTER ROLE au_app SET tenancy.audit = 'none';
SET tenancy.tenant = 'au-one';
SET tenancy.audit = 'none';
SET LOCAL tenancy.audit_tenants = 'nobody';
SELECT set_config('tenancy.audit_sinks', '', true);
CREATE FUNCTION quiet() RETURNS int LANGUAGE sql SET tenancy.audit = 'none' AS 'SELECT 1';
RESET ALL;
RESET SESSION AUTHORIZATION;
SHOW tenancy.audit;

SELECT slug FROM tenancy.drop('au-one');
DROP ROLE au_app;
