-- Text search functions with OIDs.
SELECT 'LEARNED ' || to_tsvector(:beta_config_oid::regconfig, 'word');
SELECT 'LEARNED ' || array_length(ts_lexize(:beta_dictionary_oid::regdictionary, 'word'), 1);
