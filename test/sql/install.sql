-- What CREATE EXTENSION brings, and who may use it.
CREATE EXTENSION tenancy;

SELECT extname, extrelocatable FROM pg_extension WHERE extname = 'tenancy';
SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname LIKE 'tenancy\_%' ORDER BY 1;

\d tenancy.tenants
\d tenancy.erasures
\d tenancy.events
-- Those that stand for built-in functions depend on the major.
\pset format unaligned
SELECT p.proname, pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result
  FROM pg_proc p WHERE p.pronamespace = 'tenancy'::regnamespace AND p.prosrc <> 'tenancy_call_set'
 ORDER BY p.proname COLLATE "C", 2 COLLATE "C";
\pset format aligned
SELECT DISTINCT p.proname AS stands_for_a_builtin FROM pg_proc p
 WHERE p.pronamespace = 'tenancy'::regnamespace AND p.prosrc = 'tenancy_call_set'
   AND p.proname IN ('pg_lock_status', 'pg_stat_get_activity', 'pg_identify_object') ORDER BY 1;

-- Everything that a user may call or read is described.
SELECT p.oid::regprocedure AS undescribed FROM pg_proc p
 WHERE p.pronamespace = 'tenancy'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL
UNION ALL
SELECT c.oid::regclass::text::regprocedure FROM pg_class c
 WHERE c.relnamespace = 'tenancy'::regnamespace AND c.relkind IN ('r', 'v')
   AND obj_description(c.oid, 'pg_class') IS NULL;

-- Functions for everybody: four to call, the others stand in plans.  The rest is for operators and auditors.
SELECT p.oid::regprocedure AS for_everybody FROM pg_proc p
 WHERE p.pronamespace = 'tenancy'::regnamespace
   AND p.prosrc <> 'tenancy_call_set'
   AND has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT p.oid::regprocedure AS for_auditors FROM pg_proc p
 WHERE p.pronamespace = 'tenancy'::regnamespace
   AND has_function_privilege('tenancy_auditor', p.oid, 'EXECUTE')
   AND NOT has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT p.oid::regprocedure AS for_nobody FROM pg_proc p
 WHERE p.pronamespace = 'tenancy'::regnamespace
   AND NOT has_function_privilege('tenancy_admin', p.oid, 'EXECUTE') ORDER BY p.oid::regprocedure::text COLLATE "C";

-- The setting is the only way, and cannot come from a file.
SELECT name, context, vartype, boot_val FROM pg_settings WHERE name LIKE 'tenancy.%' ORDER BY 1;
ALTER SYSTEM SET tenancy.tenant = 'acme';
SET tenancy.no_such_setting = 1;
