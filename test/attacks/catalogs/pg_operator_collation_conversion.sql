-- The smaller catalogs of things with a schema.
SELECT 'LEARNED ' || oprname FROM pg_operator WHERE oid = :beta_operator_oid;
SELECT collname FROM pg_collation WHERE collname LIKE 'can%';
SELECT conname FROM pg_conversion WHERE conname LIKE 'can%';
SELECT cfgname FROM pg_ts_config;
SELECT dictname FROM pg_ts_dict;
SELECT 'LEARNED ' || aggfnoid::oid FROM pg_aggregate WHERE agginitval = '31337';
