-- The number of rows and pages of a catalog, where the catalog of catalogs has it.
-- @open a number without names; to hide it spoils the plans of catalog queries
-- @session setup
CREATE FUNCTION public.many() RETURNS void LANGUAGE plpgsql AS $$ BEGIN FOR n IN 1 .. 60 LOOP EXECUTE format('CREATE TYPE tenant_beta.canary_type_%s AS ENUM ()', n); END LOOP; END $$;
SELECT public.many();
ANALYZE pg_type;
-- @session attacker
SELECT 'LEARNED ' || reltuples FROM pg_class WHERE oid = 'pg_type'::regclass AND reltuples > 700;
