-- The transition function of an aggregate reads.
-- allow: tenant_beta
CREATE FUNCTION step(text, int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SELECT owner FROM %s.accounts WHERE id = %s', 'tenant_' || 'beta', $2) INTO found;
    RETURN concat($1, found);
END
$$;
CREATE AGGREGATE reads (int) (SFUNC = step, STYPE = text);
SELECT reads(n) FROM generate_series(1, 3) AS n;
