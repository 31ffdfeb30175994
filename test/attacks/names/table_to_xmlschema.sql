-- The shape of a table as an XML schema.
SELECT table_to_xmlschema('tenant_beta.canary_vault', true, false, '');
