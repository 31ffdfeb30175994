-- Statistics of the attacker's own column are shown through its output function.
CREATE TABLE shows AS SELECT :beta_vault_oid::regclass AS r FROM generate_series(1, 20);
ANALYZE shows;
SELECT most_common_vals FROM pg_stats WHERE tablename = 'shows';
