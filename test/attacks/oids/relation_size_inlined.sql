-- pg_relation_size(regclass) and pg_table_size() through an SQL function that is inlined.
CREATE FUNCTION size_of(oid) RETURNS bigint LANGUAGE sql AS 'SELECT pg_relation_size($1::regclass)';
SELECT 'LEARNED ' || size_of(:beta_table_oid);
