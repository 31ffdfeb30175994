-- Output functions called by name.
SELECT regclassout(:beta_vault_oid), regtypeout(:beta_type_oid), regprocout(:beta_function_oid);
SELECT textin(regclassout(:beta_vault_oid)), regnamespaceout(:beta_schema_oid);
SELECT array_out(ARRAY[:beta_vault_oid]::regclass[]);
