-- satisfies_hash_partition() tells what is wrong with a relation.
-- @leak is not a hash partitioned
SELECT satisfies_hash_partition(:beta_table_oid, 2, 0, 1);
