-- A query cancelled: the function tells whether the process is there and whose it is.
-- @background
SELECT 'LEARNED' WHERE pg_cancel_backend(:beta_pid);
