-- pg_describe_object() names anything.
SELECT pg_describe_object('pg_class'::regclass, :beta_table_oid, 2);
SELECT pg_describe_object('pg_proc'::regclass, :beta_function_oid, 0);
SELECT pg_describe_object('pg_policy'::regclass, :beta_policy_oid, 0);
