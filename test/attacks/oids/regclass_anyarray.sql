-- array_in() makes an array of any type.
SELECT array_in('{:beta_vault_oid}', 'regclass'::regtype, -1);
