-- The same with a column's default.
CREATE TABLE shows (r regclass DEFAULT ':beta_vault_oid'::regclass);
SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'shows'::regclass;
