-- A schema's OID shown as its name.
SELECT :beta_schema_oid::regnamespace;
