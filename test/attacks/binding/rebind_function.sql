-- The same by set_config().
DO $$ BEGIN PERFORM :call_bind_beta; END $$;
SELECT owner FROM accounts;
