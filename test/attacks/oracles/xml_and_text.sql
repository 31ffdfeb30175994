-- Functions that take names in texts.
-- @oracle target=tenant_beta|tenant_zeta
SELECT schema_to_xml(':target', true, false, '') IS NULL;
SELECT query_to_xml('SELECT 1 FROM :target.accounts', true, false, '') IS NULL;
SELECT objid > 0 FROM pg_get_object_address('schema', '{:target}', '{}');
