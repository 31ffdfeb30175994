-- Dependencies of the attacker's own objects on an OID, read back as text.
CREATE FUNCTION depends(r regclass DEFAULT ':beta_vault_oid') RETURNS text LANGUAGE sql AS 'SELECT r::text';
SELECT depends();
SELECT pg_get_function_arguments('depends'::regproc);
