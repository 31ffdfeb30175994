-- Counters of another tenant's table reset. Only a superuser may, unless he gave it away.
-- @session setup
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid), pg_stat_reset_single_function_counters(oid) TO PUBLIC;
UPDATE tenant_beta.accounts SET balance = balance;
SELECT pg_stat_force_next_flush();
-- @session attacker
SELECT pg_stat_reset_single_table_counters(:beta_table_oid);
-- @session victim
SELECT 'PWNED' WHERE pg_stat_get_tuples_updated(:beta_table_oid) = 0;
