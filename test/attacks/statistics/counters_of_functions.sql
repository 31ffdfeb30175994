-- Calls of functions, by OID.
-- @session victim
SELECT canary_function() IS NOT NULL;
SELECT pg_stat_force_next_flush();
-- @session attacker
SELECT 'LEARNED ' || pg_stat_get_function_calls(:beta_function_oid);
SELECT funcname, calls FROM pg_stat_user_functions;
