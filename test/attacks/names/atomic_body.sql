-- A BEGIN ATOMIC body is parsed once, and its names never again.
CREATE FUNCTION atomic() RETURNS SETOF text LANGUAGE sql STABLE BEGIN ATOMIC SELECT owner FROM tenant_beta.accounts; END;
SELECT * FROM atomic();
