-- Of the shape that Hibernate's schema validation has: information_schema, sequences
SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2;
SELECT sequence_schema, sequence_name, data_type, start_value, minimum_value, maximum_value, increment, cycle_option FROM information_schema.sequences ORDER BY 1, 2;
SELECT column_name, data_type, is_nullable, character_maximum_length, numeric_precision, udt_schema, udt_name, domain_schema, domain_name, collation_name, is_identity, identity_generation, is_generated, generation_expression
  FROM information_schema.columns WHERE table_schema = 'tenant_alpha' AND table_name = 'accounts' ORDER BY ordinal_position;
SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE '%seq' ORDER BY 1;
