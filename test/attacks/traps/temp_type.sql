-- A type in the temporary schema is found before the built-in one of that name.
-- @beta_error invalid input syntax
-- @login pool
CREATE DOMAIN pg_temp.date AS text;
-- @as beta
SELECT 'PWNED'::date;
