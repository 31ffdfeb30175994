-- The argument of CALL is evaluated without a plan.
CREATE PROCEDURE say(answer text) LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', answer; END $$;
CALL say(pg_get_viewdef(:beta_view_oid));
