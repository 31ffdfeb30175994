-- table_to_xml() takes a regclass.
SELECT table_to_xml('tenant_beta.accounts', true, false, '');
