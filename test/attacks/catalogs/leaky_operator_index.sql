-- An operator of the attacker's in a condition, in a join and in ORDER BY.
CREATE FUNCTION spies(name, name) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR <<<< (FUNCTION = spies, LEFTARG = name, RIGHTARG = name, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
SELECT count(*) FROM pg_class WHERE relname <<<< 'x';
SELECT count(*) FROM pg_namespace AS a JOIN pg_namespace AS b ON a.nspname <<<< b.nspname;
