-- A domain over regclass, an array of it, a composite type with it.
CREATE DOMAIN named AS regclass;
CREATE TYPE pair AS (a named, b named[]);
SELECT :beta_vault_oid::named;
SELECT ROW(:beta_vault_oid, ARRAY[:beta_vault_oid])::pair;
