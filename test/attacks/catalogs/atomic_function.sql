-- The same with a parsed body, and as a scalar in the target list.
CREATE FUNCTION schemas() RETURNS SETOF name LANGUAGE sql STABLE BEGIN ATOMIC SELECT nspname FROM pg_catalog.pg_namespace; END;
SELECT n FROM schemas() AS n;
SELECT schemas();
