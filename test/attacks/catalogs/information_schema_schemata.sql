-- information_schema: schemas, routines, constraints, triggers, sequences, domains.
SELECT schema_name FROM information_schema.schemata;
SELECT routine_name, routine_definition FROM information_schema.routines WHERE routine_schema LIKE 'tenant%';
SELECT constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema LIKE 'tenant%';
SELECT trigger_name, action_statement FROM information_schema.triggers;
SELECT sequence_name FROM information_schema.sequences;
SELECT domain_name FROM information_schema.domains;
