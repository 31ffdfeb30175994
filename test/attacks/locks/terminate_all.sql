-- All sessions but one's own.
-- @background
DO $$
DECLARE
    other int;
BEGIN
    FOR other IN SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() LOOP
        PERFORM pg_terminate_backend(other, 2000);
    END LOOP;
END
$$;
