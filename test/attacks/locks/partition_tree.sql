-- pg_partition_tree() of a shared parent locks other tenants' partitions.
-- @own_changes
-- @session setup
CREATE TABLE public.shared_parts (tenant text) PARTITION BY LIST (tenant);
CREATE TABLE tenant_beta.part_of_shared PARTITION OF public.shared_parts FOR VALUES IN ('beta');
GRANT ALL ON public.shared_parts TO PUBLIC;
-- @session attacker
BEGIN;
SELECT count(*) FROM pg_partition_tree('public.shared_parts');
-- @session operator
ALTER TABLE tenant_beta.part_of_shared ADD CONSTRAINT fresh CHECK (tenant <> 'x');
-- @session victim
SELECT 'PWNED' FROM pg_class WHERE relname = 'part_of_shared' AND relchecks = 0;
