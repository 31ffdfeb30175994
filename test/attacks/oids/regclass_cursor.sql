-- FETCH from a cursor, DELETE ... RETURNING, a held portal.
CREATE TABLE shows AS SELECT :beta_vault_oid::oid AS o;
DECLARE c CURSOR WITH HOLD FOR SELECT o::regclass FROM shows;
FETCH c;
DELETE FROM shows RETURNING o::regclass;
