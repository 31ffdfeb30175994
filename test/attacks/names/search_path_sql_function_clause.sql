-- An SQL function with a SET clause is not inlined; its body is parsed under the clause's path.
SET check_function_bodies = off;
CREATE FUNCTION through_sql_clause() RETURNS SETOF text LANGUAGE sql STABLE SET search_path = tenant_beta, pg_temp AS 'SELECT owner FROM accounts';
SELECT * FROM through_sql_clause();
