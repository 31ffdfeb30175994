-- Another tenant's session ended: it is the same login.
-- @background
SELECT pg_terminate_backend(:beta_pid, 2000);
