-- Pruning at run time: the plan has all partitions.
-- @uniform
PREPARE p(text) AS SELECT what FROM events WHERE tenant = $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE p('alpha');
EXECUTE p('be' || 'ta');
