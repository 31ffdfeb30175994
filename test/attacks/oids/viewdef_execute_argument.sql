-- So is the argument of EXECUTE.
PREPARE echo(text) AS SELECT $1;
EXECUTE echo(pg_get_viewdef(:beta_view_oid));
