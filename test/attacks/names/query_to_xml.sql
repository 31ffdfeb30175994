-- query_to_xml() runs a text.
SELECT query_to_xml('SELECT owner FROM tenant_beta.accounts', true, false, '');
