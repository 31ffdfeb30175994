-- An SQL function over a catalog, inlined where no hook looks.
CREATE FUNCTION schemas() RETURNS SETOF name LANGUAGE sql STABLE AS 'SELECT nspname FROM pg_catalog.pg_namespace';
SELECT * FROM schemas();
