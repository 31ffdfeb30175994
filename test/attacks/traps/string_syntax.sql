-- A setting that turns quoting rules: what the next tenant's driver escapes is not escaped any more.
-- @login pool
SET standard_conforming_strings = off;
SET DateStyle = 'SQL, DMY';
-- @as beta
SELECT 'PWNED' WHERE current_setting('standard_conforming_strings') = 'off' OR current_setting('DateStyle') LIKE 'SQL%';
