-- Every session of the database begins so. Only its owner can do it.
-- @session setup
DO $$ BEGIN EXECUTE format('ALTER DATABASE attack OWNER TO %I', 'app'); END $$;
-- @session attacker
ALTER DATABASE attack :bind_beta_clause;
-- @session fresh as none
SELECT owner FROM accounts;
