-- pg_settings is a view with a rule that calls set_config().
DO $$ BEGIN UPDATE pg_settings SET setting = 'tenant_beta' WHERE name = 'search_path'; END $$;
SELECT owner FROM accounts;
