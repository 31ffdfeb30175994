-- A deferred constraint trigger reads when the transaction ends.
-- allow: tenant_beta
CREATE TABLE t (a int);
CREATE FUNCTION reads() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE 'SELECT owner FROM tenant_' || 'beta.accounts LIMIT 1' INTO found;
    RAISE NOTICE '%', found;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reads();
BEGIN;
INSERT INTO t VALUES (1);
COMMIT;
