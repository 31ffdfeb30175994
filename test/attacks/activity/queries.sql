-- Texts of other tenants' queries.
-- @background
SELECT query FROM pg_stat_activity;
