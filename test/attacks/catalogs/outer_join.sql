-- The nullable side of an outer join, an anti join, a set operation.
SELECT n.nspname FROM (VALUES (1)) AS v (a) LEFT JOIN pg_namespace AS n ON true;
SELECT nspname FROM pg_namespace EXCEPT SELECT 'public';
SELECT n.nspname FROM accounts AS a FULL JOIN pg_namespace AS n ON n.oid = a.id::oid;
