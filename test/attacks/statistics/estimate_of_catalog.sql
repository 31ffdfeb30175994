-- The estimate of rows of a catalog tells how much is hidden.
-- @leak rows=[67]\d\d\b
-- @session setup
CREATE FUNCTION public.many() RETURNS void LANGUAGE plpgsql AS $$ BEGIN FOR n IN 1 .. 60 LOOP EXECUTE format('CREATE TYPE tenant_beta.canary_type_%s AS ENUM ()', n); END LOOP; END $$;
SELECT public.many();
ANALYZE pg_type;
-- @session attacker
EXPLAIN SELECT FROM pg_type;
