-- Settings of roles and databases.
SELECT setrole::regrole, setconfig FROM pg_db_role_setting;
