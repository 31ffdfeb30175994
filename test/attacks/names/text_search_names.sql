-- Text search configurations and dictionaries by name.
SELECT 'LEARNED ' || 'tenant_beta.canary_config'::regconfig::oid;
SELECT 'LEARNED ' || array_length(ts_lexize('tenant_beta.canary_dictionary', 'word'), 1);
SELECT 'LEARNED ' || to_tsvector('tenant_beta.canary_config', 'word')::text;
