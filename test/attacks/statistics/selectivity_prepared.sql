-- Estimation for a generic plan, for a cursor and within a function, of the shared parent.
CREATE FUNCTION spies(text, text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR <<<< (FUNCTION = spies, LEFTARG = text, RIGHTARG = text, RESTRICT = scalarltsel);
PREPARE p AS SELECT what FROM events WHERE tenant = 'alpha' AND what <<<< 'x';
EXECUTE p;
DO $$ BEGIN PERFORM FROM public.events WHERE what OPERATOR(tenant_alpha.<<<<) 'x'; EXCEPTION WHEN OTHERS THEN NULL; END $$;
BEGIN;
DECLARE c CURSOR FOR SELECT what FROM events WHERE what <<<< 'CAN';
COMMIT;
