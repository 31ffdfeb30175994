-- The tenant role has the schema's name.
SELECT :beta_role_oid::regrole, pg_get_userbyid(:beta_role_oid);
