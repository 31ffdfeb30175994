-- A built-in trigger function looks a text search configuration up by its argument.
CREATE TABLE t (body text, tsv tsvector);
CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(tsv, 'tenant_beta.canary_config', body);
INSERT INTO t VALUES ('a word') RETURNING 'LEARNED ' || tsv;
