-- Most common values and histogram bounds of other tenants' columns.
SELECT tablename, attname, most_common_vals FROM pg_stats WHERE schemaname = 'tenant_beta';
