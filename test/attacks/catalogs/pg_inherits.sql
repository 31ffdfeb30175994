-- Parents and children.
SELECT 'LEARNED ' || count(*) FROM pg_inherits WHERE inhrelid = :beta_partition_oid HAVING count(*) > 0;
SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE inhparent = 'public.events'::regclass;
