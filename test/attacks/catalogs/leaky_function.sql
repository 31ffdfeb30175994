-- A cheap function in the condition is run before the filter, if the planner lets it.
CREATE FUNCTION spies(name) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
SELECT count(*) FROM pg_namespace WHERE spies(nspname);
