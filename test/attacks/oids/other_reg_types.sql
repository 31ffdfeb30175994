-- The other types of the family.
SELECT :beta_function_oid::regproc, :beta_function_oid::regprocedure;
SELECT :beta_type_oid::regtype, :beta_range_oid::regtype;
SELECT 'LEARNED' WHERE :beta_operator_oid::regoperator::text LIKE '%===%';
SELECT :beta_config_oid::regconfig, :beta_dictionary_oid::regdictionary, :beta_collation_oid::regcollation;
