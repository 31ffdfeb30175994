-- Its size, definition and statistics by OID.
-- @background
SELECT 'LEARNED ' || pg_relation_size(:beta_temp_oid);
SELECT pg_describe_object('pg_class'::regclass, :beta_temp_oid, 0);
