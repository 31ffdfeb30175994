-- A function in SQL over an own table of such values, put into FROM.
CREATE TABLE kept (c regclass);
COPY kept FROM STDIN;
:beta_vault_oid
\.
CREATE FUNCTION gives() RETURNS SETOF json LANGUAGE sql STABLE AS 'SELECT to_json(c) FROM kept';
SELECT * FROM gives();
