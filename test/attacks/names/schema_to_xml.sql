-- A whole schema as XML.
SELECT schema_to_xml('tenant_beta', true, false, '');
