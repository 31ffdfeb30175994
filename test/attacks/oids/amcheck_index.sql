-- amcheck reads an index by OID.
SELECT 'LEARNED' WHERE bt_index_check(:beta_index_oid) IS NOT NULL;
