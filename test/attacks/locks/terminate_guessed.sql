-- Process numbers need no view.
-- @background
CREATE FUNCTION tries(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RETURN $1 <> pg_backend_pid() AND pg_terminate_backend($1, 2000); EXCEPTION WHEN OTHERS THEN RETURN false; END $$;
SELECT count(*) FROM generate_series(:beta_pid - 3, :beta_pid) AS p WHERE tries(p);
