-- A body that nobody checks when it is defined, inlined when it is called.
SET check_function_bodies = off;
CREATE FUNCTION unchecked() RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT owner FROM tenant_beta.accounts';
SELECT * FROM unchecked();
SELECT (SELECT unchecked() LIMIT 1);
