-- A session that was never bound watches.
-- @background
-- @session attacker as none
SELECT query FROM pg_stat_activity;
SELECT relation::regclass FROM pg_locks WHERE pid = :beta_pid AND locktype = 'relation';
