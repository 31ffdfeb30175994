-- format(), concat() and string_agg() call output functions.
SELECT format('%s %I', :beta_vault_oid::regclass, :beta_vault_oid::regclass);
SELECT concat(:beta_vault_oid::regclass, ''), concat_ws('-', :beta_vault_oid::regclass);
