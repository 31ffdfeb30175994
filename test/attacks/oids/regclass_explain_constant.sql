-- EXPLAIN shows the constants of a plan, folded.
CREATE TEMP TABLE x (c regclass);
EXPLAIN (VERBOSE, COSTS OFF) SELECT (:beta_vault_oid)::oid::regclass;
EXPLAIN (COSTS OFF) SELECT FROM x WHERE c = (:beta_vault_oid)::oid::regclass;
PREPARE p(regclass) AS SELECT FROM x WHERE c = $1;
EXPLAIN EXECUTE p(:beta_vault_oid);
PREPARE q(regclass[]) AS SELECT FROM x WHERE c = ANY ($1);
EXPLAIN (VERBOSE) EXECUTE q('{:beta_vault_oid}');
