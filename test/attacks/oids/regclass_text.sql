-- The same by a cast to text.
SELECT :beta_vault_oid::regclass::text || '', quote_ident(:beta_vault_oid::regclass::text);
