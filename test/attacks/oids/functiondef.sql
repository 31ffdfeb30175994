-- Source of a function.
SELECT pg_get_functiondef(:beta_function_oid);
