-- The type and the OID as parameters of a prepared statement.
PREPARE p(oid) AS SELECT relname FROM pg_class WHERE oid = $1;
EXECUTE p(:beta_vault_oid);
EXPLAIN (ANALYZE, COSTS off, TIMING off) EXECUTE p(:beta_vault_oid);
PREPARE q(regclass) AS SELECT $1::text;
EXECUTE q(:beta_vault_oid);
