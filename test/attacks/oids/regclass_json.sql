-- In json, both ways.
SELECT to_json(:beta_vault_oid::regclass);
SELECT json_build_object('table', :beta_vault_oid::regclass), jsonb_agg(:beta_vault_oid::regclass);
SELECT * FROM jsonb_to_recordset('[{"r": :beta_vault_oid}]') AS x (r regclass);
