-- The rule of pg_settings calls set_config().
DO $$ BEGIN UPDATE pg_settings SET setting = ':value_beta' WHERE name = ':setting'; END $$;
SELECT owner FROM accounts;
