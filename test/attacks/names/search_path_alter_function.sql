-- A function that exists already gets the clause later.
CREATE FUNCTION later_clause() RETURNS SETOF text LANGUAGE sql AS 'SELECT owner FROM accounts';
ALTER FUNCTION later_clause() SET search_path = 'tenant_beta';
SELECT * FROM later_clause();
