-- Selectivity estimation calls an operator of the attacker's on most common values of a shared parent.
CREATE FUNCTION spies(text, text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '% %', $1, $2; RETURN true; END $$;
CREATE OPERATOR <<<< (FUNCTION = spies, LEFTARG = text, RIGHTARG = text, RESTRICT = scalarltsel, JOIN = eqjoinsel);
EXPLAIN SELECT * FROM events WHERE what <<<< 'CAN';
EXPLAIN SELECT * FROM events AS a JOIN events AS b ON a.what <<<< b.what WHERE a.tenant = 'alpha' AND b.tenant = 'alpha';
