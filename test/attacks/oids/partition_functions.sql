-- Partitions of a shared table, from above and from below.
SELECT pg_get_partition_constraintdef(:beta_partition_oid);
SELECT relid FROM pg_partition_tree('public.events');
SELECT relid FROM pg_partition_ancestors(:beta_partition_oid);
SELECT 'LEARNED ' || pg_partition_root(:beta_partition_oid);
