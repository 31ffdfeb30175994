-- The default of a function's argument.
CREATE FUNCTION echo(answer text DEFAULT pg_get_viewdef(:beta_view_oid)) RETURNS text LANGUAGE sql AS 'SELECT answer';
SELECT echo();
SELECT * FROM echo();
