-- A session that was never bound reads catalogs and statistics.
-- @session attacker as none
SELECT most_common_vals FROM pg_stats WHERE schemaname = 'tenant_beta';
