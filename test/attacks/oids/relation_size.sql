-- The size of another tenant's table, by OID.
SELECT 'LEARNED size' WHERE pg_relation_size(:beta_table_oid) > 0;
