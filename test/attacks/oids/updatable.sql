-- What a relation can do.
SELECT 'LEARNED' WHERE pg_relation_is_updatable(:beta_table_oid, false) > 0;
SELECT 'LEARNED' WHERE pg_column_is_updatable(:beta_table_oid, 1::int2, false);
SELECT 'LEARNED' WHERE pg_relation_is_publishable(:beta_table_oid);
