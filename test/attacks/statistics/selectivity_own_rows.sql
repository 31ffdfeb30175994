-- Estimation with the attacker's operator where the query itself reads the attacker's own rows only, and is allowed.
CREATE FUNCTION spies(text, text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE OPERATOR <<<< (FUNCTION = spies, LEFTARG = text, RIGHTARG = text, RESTRICT = scalarltsel, JOIN = eqjoinsel);
CREATE TABLE words AS SELECT 'w' || n % 3 AS w FROM generate_series(1, 100) AS n;
ANALYZE words;
SELECT count(*) FROM events WHERE tenant = 'alpha' AND what <<<< 'x';
SELECT count(*) FROM words JOIN events ON what <<<< w WHERE tenant = 'alpha';
SELECT count(*) FROM events WHERE what <<<< 'CAN';
