-- An OID shown as a name.
SELECT :beta_table_oid::regclass;
