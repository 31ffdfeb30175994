-- Join selectivity compares most common values of two columns with the attacker's operator: one is a shared parent's.
CREATE FUNCTION spies(text, text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '% %', $1, $2; RETURN true; END $$;
CREATE OPERATOR <<<< (FUNCTION = spies, LEFTARG = text, RIGHTARG = text, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE TABLE words AS SELECT 'w' || n % 3 AS w FROM generate_series(1, 100) AS n;
ANALYZE words;
EXPLAIN SELECT FROM words JOIN events ON w <<<< what;
EXPLAIN SELECT FROM events WHERE what IN (SELECT w FROM words) AND 'x' <<<< what;
