-- In a CHECK constraint, a default and a plpgsql function.
CREATE TABLE t (k bigint CHECK (pg_try_advisory_lock(k)), d text DEFAULT pg_advisory_lock(2)::text);
INSERT INTO t VALUES (1);
DO $$ BEGIN PERFORM pg_advisory_lock(3); END $$;
-- @session victim
SELECT 'PWNED' WHERE NOT (pg_try_advisory_lock(1) AND pg_try_advisory_lock(2) AND pg_try_advisory_lock(3));
