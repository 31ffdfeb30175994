-- So do its two relatives.
SELECT * FROM pg_identify_object('pg_type'::regclass, :beta_type_oid, 0);
SELECT * FROM pg_identify_object_as_address('pg_trigger'::regclass, :beta_trigger_oid, 0);
SELECT (pg_identify_object('pg_namespace'::regclass, :beta_schema_oid, 0)).name;
