-- A function that says it is immutable is called while the planner folds constants: EXPLAIN shows the result.
CREATE FUNCTION tell(o oid) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN pg_get_viewdef(o); END $$;
EXPLAIN (VERBOSE) SELECT tell(:beta_view_oid);
