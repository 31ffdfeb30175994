-- From a name to an address.
-- allow: tenant_beta
SELECT 'LEARNED ' || objid FROM pg_get_object_address('table', '{tenant_beta,accounts}', '{}');
SELECT 'LEARNED ' || objid FROM pg_get_object_address('schema', ARRAY['tenant_' || 'beta'], '{}');
SELECT 'LEARNED ' || objid FROM pg_get_object_address('default acl', '{tenant_beta,tenant_beta}', '{r}');
