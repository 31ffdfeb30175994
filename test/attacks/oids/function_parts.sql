-- Arguments, result and body of functions.
SELECT pg_get_function_arguments(:beta_function_oid), pg_get_function_identity_arguments(:beta_function_oid);
SELECT 'LEARNED ' || pg_get_function_result(:beta_definer_oid);
SELECT pg_get_function_sqlbody(:beta_atomic_oid);
SELECT pg_get_function_arg_default(:beta_function_oid, 1);
