-- The contrib trigger lo_manage() unlinks the large object that a row names by OID.
CREATE TABLE t (o oid);
CREATE TRIGGER t BEFORE UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION lo_manage(o);
INSERT INTO t VALUES (:beta_lo_oid);
DELETE FROM t;
