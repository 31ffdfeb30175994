-- Definition of extended statistics.
SELECT pg_get_statisticsobjdef(:beta_statistics_oid);
SELECT pg_get_statisticsobjdef_columns(:beta_statistics_oid);
SELECT 'LEARNED' WHERE pg_statistics_obj_is_visible(:beta_statistics_oid) IS NOT NULL;
