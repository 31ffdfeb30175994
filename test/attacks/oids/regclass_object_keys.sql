-- Keys of json objects, attributes of xml elements, and literals are made by output functions.
SELECT json_object_agg(:beta_vault_oid::regclass, 1), jsonb_build_object(:beta_vault_oid::regclass, 1);
SELECT xmlelement(name e, xmlattributes(:beta_vault_oid::regclass AS a));
SELECT quote_literal(:beta_vault_oid::regclass), quote_nullable(:beta_vault_oid::regclass);
