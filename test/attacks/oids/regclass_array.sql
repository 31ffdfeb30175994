-- In an array: array_out() calls regclassout().
SELECT ARRAY[:beta_vault_oid]::regclass[];
SELECT array_to_string(ARRAY[:beta_vault_oid]::regclass[], ',');
