-- A plan over a catalog that is made before the session is bound, and run bound.
:unbind;
PREPARE p AS SELECT nspname FROM pg_namespace;
SET plan_cache_mode = force_generic_plan;
SELECT FROM pg_namespace LIMIT 0;
:bind_alpha;
EXECUTE p;
-- @login pool
