-- A text search configuration copied from, and a dictionary of, another tenant.
CREATE TEXT SEARCH CONFIGURATION copied (COPY = tenant_beta.canary_config);
SELECT 'LEARNED ' || to_tsvector('copied', 'word');
ALTER TEXT SEARCH CONFIGURATION copied ALTER MAPPING FOR asciiword WITH tenant_beta.canary_dictionary;
