-- Functions and types of extensions in public: citext, pg_trgm, unaccent, fuzzystrmatch
-- needs extension: citext pg_trgm unaccent fuzzystrmatch
SELECT 'Abc'::citext = 'aBC', similarity('running', 'runing') > 0.5, unaccent('Hôtel'), levenshtein('kitten', 'sitting'), soundex('tenant');
CREATE TABLE ext (name citext UNIQUE, t text);
INSERT INTO ext VALUES ('Ada', 'the quick brown fox'), ('Ben', 'the lazy dog');
INSERT INTO ext VALUES ('ADA', 'x') ON CONFLICT (name) DO UPDATE SET t = ext.t || '!' RETURNING *;
CREATE INDEX ON ext USING gin (t gin_trgm_ops);
SET enable_seqscan = off;
SELECT * FROM ext WHERE t ILIKE '%lazy%';
SELECT t, word_similarity('quik', t) > 0.3, t <-> 'the quick' < 0.7 FROM ext ORDER BY t <-> 'the quick';
SELECT to_tsvector('english', unaccent(t)) FROM ext ORDER BY 1;
SELECT name FROM ext WHERE name = 'ben' AND 'unaccent'::regdictionary IS NOT NULL;
\d ext
DROP TABLE ext;
