-- An argument of EXECUTE turns an OID into text before the query gets it.
PREPARE p AS SELECT $1::text;
EXECUTE p(:beta_vault_oid::oid::regclass::text);
