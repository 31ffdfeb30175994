-- Work that is queued for one tenant, and done when the transaction is another's.
-- @login pool
CREATE TABLE t (a int);
CREATE FUNCTION reads() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE 'SELECT min(owner) FROM accounts' INTO found;
    RAISE NOTICE '%', found;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reads();
BEGIN;
INSERT INTO t VALUES (1);
:bind_beta_local;
COMMIT;
