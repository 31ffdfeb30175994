-- A folded constant is shown by EXPLAIN.
EXPLAIN (VERBOSE, COSTS off) SELECT ':beta_vault_oid'::regclass FROM accounts;
