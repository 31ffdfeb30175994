-- The same over a view of another tenant's table that one may not read.
-- @session setup
CREATE VIEW public.theirs AS SELECT * FROM tenant_beta.accounts;
GRANT SELECT ON public.theirs TO PUBLIC;
-- @session attacker
CREATE FUNCTION spies(text, text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR <<<< (FUNCTION = spies, LEFTARG = text, RIGHTARG = text, RESTRICT = scalarltsel);
EXPLAIN SELECT * FROM public.theirs WHERE owner <<<< 'x';
