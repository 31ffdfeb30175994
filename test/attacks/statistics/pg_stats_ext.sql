-- Extended statistics: values of several columns.
SELECT statistics_name, most_common_vals FROM pg_stats_ext;
SELECT 'LEARNED' FROM pg_stats_ext_exprs WHERE schemaname LIKE 'tenant_b%';
